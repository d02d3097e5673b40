import { describePause, pauseOf, readPauses, type Pause } from '@provisioner/shared/ledger/pauses.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Gate } from '@provisioner/zendesk/gate.ts'
import { PausedError } from './paused-error.ts'

/** What was read so long ago is read anew, ms: a pause stops what goes out within two seconds. */
const FRESH_MS = 500

/** What admins have paused of an account, as every worker sees it. */
export class PauseWatch {
  readonly #redis: RedisClient
  readonly #account: string
  readonly #log: Logger
  #readAt = -Infinity
  #read: Promise<Pause[]> = Promise.resolve([])
  #told = ''

  constructor({ redis, account, log }: { redis: RedisClient; account: string; log: Logger }) {
    this.#redis = redis
    this.#account = account
    this.#log = log
  }

  /** The pause that keeps a write of the connection back, if there is one. */
  async of(connection: string, write: { takesAway: boolean }): Promise<Pause | undefined> {
    if (performance.now() - this.#readAt >= FRESH_MS) {
      this.#readAt = performance.now()
      this.#read = this.#look()
      // whoever asks next looks anew
      this.#read.catch(() => (this.#readAt = -Infinity))
    }
    return pauseOf(await this.#read, connection, write)
  }

  /** @returns what lets writes of the connection out while nobody has paused it; else it throws PausedError */
  gateOf(connection: string): Gate {
    return async (write) => {
      const pause = await this.of(connection, write)
      if (pause) throw new PausedError(pause)
    }
  }

  async #look(): Promise<Pause[]> {
    const pauses = await readPauses(this.#redis, this.#account)
    const lines = pauses.map((one) => `${one.connection ?? 'all'}: ${one.scope} ${describePause(one)}`)
    const text = lines.join('; ')
    if (text !== this.#told) {
      if (pauses.length > 0) this.#log.warn({ pauses: lines }, 'An admin has paused writing to Zendesk')
      else this.#log.info('Writing to Zendesk was resumed')
      this.#told = text
    }
    return pauses
  }
}
