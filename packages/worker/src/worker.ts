import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Config } from '@provisioner/shared/config/config.ts'
import { configPrints } from '@provisioner/shared/config/config-print.ts'
import { announce, serviceName } from '@provisioner/shared/ledger/services.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { OpenAccount } from '@provisioner/zendesk/open-account.ts'
import { startAccount } from './account-runtime.ts'
import type { OnOutcome } from './outcome.ts'

/** How long a stop waits for batches under way before they go back to the queues, ms. Compose waits longer. */
const GRACE_MS = 15_000

export interface WorkerOptions {
  readonly config: Config
  readonly redis: RedisClient
  readonly bullmq: RedisClient
  readonly accounts: (id: string) => OpenAccount
  /** Is told of each job what became of it. */
  readonly onOutcome?: OnOutcome
  readonly log: Logger
}

/** Applies the jobs of all connections to Zendesk until disposed. Any number of workers may run. */
export async function startWorker({
  config,
  redis,
  bullmq,
  accounts,
  onOutcome,
  log,
}: WorkerOptions): Promise<AsyncDisposable> {
  const worker = serviceName()
  const used = [...new Set(config.connections.map((connection) => connection.account))]
  const running = await Promise.all(
    used.map(async (accountId) => {
      const { client: zendesk, budget, onExchange, requestTimeoutMs } = accounts(accountId)
      return startAccount({
        accountId,
        config,
        worker,
        redis,
        bullmq,
        zendesk,
        budget,
        onExchange,
        requestTimeoutMs,
        onOutcome,
        log,
      })
    }),
  )
  const announced = await announce(redis, { role: 'worker', name: worker, connections: configPrints(config) }, log)
  log.info({ worker, accounts: used }, 'Worker started')
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all([announced[Symbol.asyncDispose](), ...running.map((account) => account.stop(GRACE_MS))])
    },
  }
}
