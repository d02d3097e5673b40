import { setTimeout as sleep } from 'node:timers/promises'
import { type PostgresServer, startPostgres } from '@provisioner/sandbox/servers/postgres.ts'

/** The database that a run's history is kept in, which is killed, is away and stands still now and then. */
export class ChaosHistory implements AsyncDisposable {
  readonly #server: PostgresServer

  private constructor(server: PostgresServer) {
    this.#server = server
  }

  static async start(): Promise<ChaosHistory> {
    return new ChaosHistory(await startPostgres())
  }

  get url(): string {
    return this.#server.url
  }

  /** It is killed in the middle of whatever it does, and comes back. */
  async kill(): Promise<void> {
    await this.#server.pause({ crash: true })
    await this.#server.resume()
  }

  /** Nobody answers at its address until `comeBack`. */
  async goAway(): Promise<void> {
    await this.#server.pause()
  }

  async comeBack(): Promise<void> {
    await this.#server.resume()
  }

  /** Its connections stay open for a while, and nothing is answered on them. */
  async freeze(ms: number): Promise<void> {
    await this.#server.freeze()
    await sleep(ms)
    await this.#server.thaw()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}
