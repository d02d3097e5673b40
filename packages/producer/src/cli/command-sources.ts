import type { Config } from '@provisioner/shared/config/config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { openAccount } from '@provisioner/zendesk/open-account.ts'
import { Evaluator } from '../expressions/evaluator.ts'
import { openSources } from '../open-sources.ts'

/** The directories and accounts that a command looks at. They are closed with this, and share what runs expressions. */
export class CommandSources implements AsyncDisposable {
  readonly #owned = new AsyncDisposableStack()
  readonly #given: { config: Config; redis: RedisClient; log: Logger }
  readonly #evaluator: Evaluator

  constructor(given: { config: Config; redis: RedisClient; log: Logger }) {
    this.#given = given
    this.#evaluator = this.#owned.use(new Evaluator({ log: given.log }))
  }

  /** Opens the directory of a connection, and its account for reading. */
  open(id: string): ReturnType<typeof openSources> {
    const { config, redis, log } = this.#given
    const connection = config.connections.find((one) => one.id === id)!
    const { account: name } = connection
    const { client } = this.#owned.use(
      openAccount({ id: name, config: config.accounts[name]!, redis, log, readOnly: true }),
    )
    const sources = { config, connection, redis, zendesk: client, evaluator: this.#evaluator, log }
    return this.#owned.use(openSources(sources))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }
}
