import { setTimeout as sleep } from 'node:timers/promises'
import { timeOf } from '@provisioner/shared/account-node.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { Lease } from '@provisioner/shared/lease.ts'
import { accountKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { isWrongType } from '@provisioner/shared/ledger/read-stored.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { HistoryAwayError, HistorySchemaError } from '../database/history-errors.ts'
import { migrate } from '../database/migrate.ts'
import { openHistory, type History } from '../database/open-history.ts'
import { removeOlder } from '../events/remove-older.ts'
import type { MaskedNames } from '../events/row-of-event.ts'
import { awayProblem } from './away-problem.ts'
import { drainOnce } from './drain-once.ts'
import { forgetAll } from './stream.ts'

export interface HistoryOptions {
  readonly config: Pick<Config, 'history' | 'connections'>
  readonly redis: RedisClient
  /** Names this process. */
  readonly name: string
  /** Where a relative file of SQLite lies. */
  readonly folder: string
  readonly log: Logger
  /** How long it waits once there is nothing, and after a failure, ms. */
  readonly waits?: Waits
}

interface Waits {
  readonly idleMs: number
  readonly failedMs: number
}

/** Who looks at the history a second after something happened finds it. */
const WAITS: Waits = { idleMs: 1_000, failedMs: 5_000 }

/** How long the one that drains may be silent before another one does, ms. */
const LEASE_MS = 30_000

/** How often what is older than `history.keep` is removed, ms. */
const REMOVE_EVERY_MS = 3_600_000

/** Takes what happens in each account into the history, until disposed; one process at a time does. */
export function startHistory(options: HistoryOptions): AsyncDisposable {
  const stopping = new AbortController()
  const accounts = Map.groupBy(options.config.connections, ({ account }) => account)
  const running = [...accounts].map(([account, connections]) =>
    new Drain(options, account, connections).run(stopping.signal),
  )
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      // a Redis that is away would be waited for; nothing is half done without it
      if (options.redis.status === 'ready') await Promise.all(running)
    },
  }
}

/** What one process does for the history of one account. */
class Drain {
  readonly #options: HistoryOptions
  readonly #account: string
  readonly #connections: readonly ConnectionConfig[]
  readonly #maskedOf: MaskedNames
  #history: History | undefined
  #isAway = false
  #removedAt = -Infinity

  constructor(options: HistoryOptions, account: string, connections: readonly ConnectionConfig[]) {
    this.#options = options
    this.#account = account
    this.#connections = connections
    const masked = new Map(connections.map(({ id, users }) => [id, zendeskNamesMasked(users.map)]))
    this.#maskedOf = (connection) => masked.get(connection)
  }

  async run(signal: AbortSignal): Promise<void> {
    const { redis, log, waits: { idleMs, failedMs } = WAITS } = this.#options
    while (!signal.aborted) {
      // one that is away is told by its client, and waited for here
      const ms = redis.status === 'ready' ? await this.#turn(signal, idleMs, failedMs) : idleMs
      await sleep(ms, undefined, { signal }).catch(() => {})
    }
    await this.#close().catch((error: unknown) => log.debug({ err: error }, 'History not closed'))
  }

  /** Drains all that is there. Returns how long to wait, ms. */
  async #turn(signal: AbortSignal, idleMs: number, failedMs: number): Promise<number> {
    try {
      await using lease = await this.#takeLease()
      if (lease) await this.#drain(lease, signal)
      return idleMs
    } catch (error) {
      await this.#tellFailure(error)
      return failedMs
    }
  }

  /** Where Redis is full it takes no lease, and is emptied all the same: two that drain at once do no harm. */
  async #takeLease(): Promise<Pick<Lease, 'keep' | typeof Symbol.asyncDispose> | undefined> {
    const { redis, name } = this.#options
    const key = accountKeys(this.#account).historyLease
    return await Lease.take(redis, key, { token: name, ms: LEASE_MS }).catch((error: Error) => {
      if (!error.message.includes('OOM')) throw error
      return { keep: async () => true, [Symbol.asyncDispose]: async () => {} }
    })
  }

  async #drain(lease: Pick<Lease, 'keep'>, signal: AbortSignal): Promise<void> {
    const { redis, config, log } = this.#options
    if (config.history === 'off') {
      await forgetAll(redis, this.#account)
      return await this.#tellBack()
    }
    const history = await this.#open(config.history.url)
    const draining = { account: this.#account, redis, history, maskedOf: this.#maskedOf }
    while (!signal.aborted && (await drainOnce(draining)) > 0) if (!(await lease.keep())) return
    if (performance.now() - this.#removedAt >= REMOVE_EVERY_MS) {
      // of two clocks one may be wrong: what is removed for that does not come back
      const now = Math.min(await timeOf(redis, this.#account), Date.now())
      const age = { before: now - config.history.keep, now }
      const removed = await removeOlder(history.database, this.#account, age).catch((cause: unknown) => {
        throw new HistoryAwayError(history.where, cause)
      })
      this.#removedAt = performance.now()
      if (removed > 0) log.info({ account: this.#account, events: removed }, 'Removed what the history need not keep')
    }
    await this.#tellBack()
  }

  async #open(url: string): Promise<History> {
    if (this.#history) return this.#history
    const { folder } = this.#options
    let opened: History | undefined
    try {
      opened = openHistory({ url, folder, readOnly: false })
      await migrate(opened)
      return (this.#history = opened)
    } catch (error) {
      await opened?.[Symbol.asyncDispose]().catch(() => {})
      throw error
    }
  }

  /** Tells once that the database is away. It is opened anew at the next try. */
  async #tellFailure(failure: unknown): Promise<void> {
    const { redis, log } = this.#options
    if (isWrongType(failure)) return // mended by the next cycle
    if (!(failure instanceof HistoryAwayError) && !(failure instanceof HistorySchemaError)) {
      log.debug({ err: failure }, 'History not written')
      return
    }
    await this.#close().catch(() => {})
    if (!this.#isAway) log.error({ account: this.#account, reason: failure.message }, 'The history is away')
    this.#isAway = true
    await this.#eachConnection(async (problems) =>
      problems.report(awayProblem(this.#account, failure), await timeOf(redis, this.#account)),
    )
  }

  /** Each time: another process may have told it, and ended since, or Redis have forgotten that it is over. */
  async #tellBack(): Promise<void> {
    if (this.#isAway) this.#options.log.info({ account: this.#account }, 'The history is back')
    await this.#eachConnection((problems) => problems.solve([awayProblem(this.#account)]))
    this.#isAway = false
  }

  async #eachConnection(tell: (problems: WriteProblems) => Promise<unknown>): Promise<void> {
    const { redis, log } = this.#options
    for (const connection of this.#connections)
      await tell(new WriteProblems(redis, connectionName(connection))).catch((error: unknown) =>
        log.debug({ err: error }, 'Trouble of the history not told'),
      )
  }

  async #close(): Promise<void> {
    const history = this.#history
    this.#history = undefined
    await history?.[Symbol.asyncDispose]()
  }
}
