import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { startHistory } from '@provisioner/history/drain/start-history.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Config } from '@provisioner/shared/config/config.ts'
import { configPrints } from '@provisioner/shared/config/config-print.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { announce, serviceName } from '@provisioner/shared/ledger/services.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { CycleMeter } from './cycle/cycle-meter.ts'
import { startCycles } from './cycle/cycle-worker.ts'
import { runChanged } from './cycle/run-changed.ts'
import { runCycle } from './cycle/run-cycle.ts'
import { runPlan } from './cycle/run-plan.ts'
import { ServerLook } from './cycle/server-look.ts'
import { heapLimitMb, roomForEntries } from './directory/room-for-entries.ts'
import { Evaluator } from './expressions/evaluator.ts'
import { openSources } from './open-sources.ts'

export interface ProducerOptions {
  readonly config: Config
  readonly redis: RedisClient
  /** A client for BullMQ: it may block, and never gives up. */
  readonly bullmq: RedisClient
  /** The client of an account, by the account's name. */
  readonly zendesk: (account: string) => ZendeskClient
  readonly log: Logger
  /** Where the configuration was read from. */
  readonly configPath?: string
  /** Where the history's file lies; without it none is kept here. */
  readonly dataFolder?: string
  /** Is told of each connection's cycles how they end. */
  readonly meterOf?: (connection: string) => CycleMeter
}

/** Runs the cycles of every connection until disposed. */
export async function startProducer({
  config,
  redis,
  bullmq,
  zendesk,
  log,
  configPath = 'provisioner.yaml',
  dataFolder,
  meterOf,
}: ProducerOptions): Promise<AsyncDisposable> {
  const owned = new AsyncDisposableStack()
  const name = serviceName()
  const connections = configPrints(config)
  log.info(
    { heapMb: heapLimitMb(), entries: roomForEntries(heapLimitMb()) },
    'Memory for a first cycle of so many entries',
  )
  const file = `${hostname()}:${resolve(configPath)}`
  owned.use(await announce(redis, { role: 'producer', name, connections }, log))
  if (dataFolder !== undefined) owned.use(startHistory({ config, redis, name, folder: dataFolder, log }))
  for (const connection of config.connections) {
    const logger = log.child({ connection: connection.id })
    const evaluator = owned.use(new Evaluator({ log: logger }))
    const sources = owned.use(
      openSources({ config, connection, redis, zendesk: zendesk(connection.account), evaluator, log: logger }),
    )
    const producer = { name, file, print: connections.get(connection.account)![connection.id]! }
    const server = new ServerLook(sources.directory, connection, logger)
    const queues = owned.use(new ChangeQueues(connectionName(connection), bullmq))
    const options = { ...sources, queues, producer, server, log: logger }
    owned.use(
      await startCycles({
        connection,
        redis,
        bullmq,
        log: logger,
        producer,
        meter: meterOf?.(connection.id),
        directory: sources.directory,
        run: (signal, full) => runCycle(options, { full }, signal),
        runPlan: (signal, id) => runPlan(options, id, signal),
        runChanged: (signal) => runChanged(options, signal),
      }),
    )
  }
  return owned
}
