import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Config } from '@provisioner/shared/config/config.ts'
import type { ConfigMistake } from '@provisioner/shared/config/config-error.ts'
import { loadConfig } from '@provisioner/shared/config/load-config.ts'
import { logLevelOf } from '@provisioner/shared/environment.ts'
import { loadConnections, type Connections } from '@provisioner/shared/config/load-connections.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { nameWrongType } from '@provisioner/shared/ledger/unreadable.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { CYCLE_JOBS, cycleQueueName, queueOptions, type CycleJobName } from '@provisioner/shared/queues.ts'
import { accountsOf, assertFit, assertLayout, assertReadable } from '@provisioner/shared/redis.ts'
import { serversOf } from '@provisioner/shared/config/redis.ts'
import { createBudget } from '@provisioner/zendesk/budget/create-budget.ts'
import { openCommandRedis } from './command-redis.ts'
import type { CommandSources } from './command-sources.ts'
import { UnknownConnectionError } from './unknown-connection-error.ts'

export type CliConnection = Connections['connections'][number]

/** What one command of the CLI works with. */
export interface CliSession extends AsyncDisposable {
  readonly redis: RedisClient
  /** The connections that the command is about: the one that was named, or all. */
  readonly connections: readonly CliConnection[]
  /** Opens a connection's directory and account. This alone needs their secrets. @throws ConfigError */
  sources(connection: string): Promise<ReturnType<CommandSources['open']>>
  /** The whole configuration. It needs all secrets. @throws ConfigError */
  whole(): Promise<Config>
  /** Requests a minute that Zendesk grants us at the moment, as far as the account's workers have learned. */
  ratePerMinute(account: string): Promise<number>
  /** Asks the producer for a cycle now: an ordinary one unless it is told. */
  startCycle(connection: CliConnection, name?: CycleJobName): Promise<void>
  /** Where Redis is, for messages. */
  readonly servers: string
  /** Makes sure that producers and workers can start there. @throws RedisUnfitError */
  assertFit(account: string): Promise<void>
  /** The error to tell in place of one that a command met. */
  explain(error: unknown): Promise<unknown>
}

/**
 * Opens what a command needs. @throws ConfigError, EnvironmentError, UnknownConnectionError, RedisUnreachableError,
 * RedisUnfitError, LedgerLayoutError
 */
export async function openSession({
  configPath,
  connection,
  reads,
}: {
  configPath: string
  connection?: string | undefined
  /**
   * What the command looks at: with `sources` it asks for all secrets from the start, else for those of Redis; with
   * `any layout` also at a ledger of another version.
   */
  reads: 'ledger' | 'sources' | 'any layout'
}): Promise<CliSession> {
  const file = { path: configPath, pathFrom: '--config or PROVISIONER_CONFIG', env: process.env }
  const load = async () => {
    const { judgeConfig } = await import('../judge-config.ts')
    return await loadConfig({ ...file, judge: judgeConfig, warn: (one) => warnOf(configPath, one) })
  }
  const whole = reads === 'sources' ? await load() : undefined
  const config = whole ?? (await loadConnections({ ...file, whole: true }))
  const chosen = config.connections.filter((one) => connection === undefined || one.id === connection)
  if (chosen.length === 0)
    throw new UnknownConnectionError(
      connection ?? '',
      config.connections.map((one) => one.id),
    )
  // The CLI speaks to people: its own lines go to the terminal, the log is for trouble only.
  const log = createLogger({ name: 'provisioner', level: logLevelOf(process.env, 'error') })
  const { redis, explain, [Symbol.dispose]: disconnect } = await openCommandRedis(config.redis)
  await using opened = new AsyncDisposableStack()
  opened.defer(disconnect)
  await assertReadable(redis, accountsOf(chosen)).catch((error: unknown) => {
    throw explain(error)
  })
  if (reads !== 'any layout')
    await assertLayout(redis, accountsOf(chosen)).catch((error: unknown) => {
      throw explain(error)
    })
  const owned = opened.move()
  let loaded = whole
  let sources: CommandSources | undefined
  const wholeConfig = async () => (loaded ??= await load())
  return {
    redis,
    connections: chosen,
    sources: async (id) => {
      // what asks Redis alone is over sooner without them
      const { CommandSources } = await import('./command-sources.ts')
      const config = await wholeConfig()
      sources ??= owned.use(new CommandSources({ config, redis, log }))
      return sources.open(id)
    },
    whole: wholeConfig,
    ratePerMinute: async (id) => {
      const { reserve } = (await wholeConfig()).accounts[id]!
      await using budget = createBudget({ redis, accountId: id, reserve })
      return (await budget.snapshot()).ratePerMinute
    },
    startCycle: async ({ id, account }, name = CYCLE_JOBS.ordinary) => {
      const { Queue } = await import('bullmq')
      const queue = new Queue(cycleQueueName(id), {
        connection: redis,
        ...queueOptions(account),
      })
      queue.on('error', () => {}) // what fails is thrown where it is asked for
      await queue.add(name, {}, { removeOnComplete: { count: 200 }, removeOnFail: { count: 200 } })
      await queue.close()
    },
    servers: serversOf(config.redis),
    assertFit: (account) => assertFit(redis, account),
    explain: async (error) => {
      let named = error
      for (const one of chosen) named = await nameWrongType(redis, connectionName(one), named)
      return explain(named)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function warnOf(path: string, { line, column, key, found, allowed }: ConfigMistake): void {
  process.stderr.write(`${path}:${line}:${column}  ${key}: ${found}; better: ${allowed}\n`)
}
