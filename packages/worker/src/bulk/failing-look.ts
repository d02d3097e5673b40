import type { Logger } from '@provisioner/shared/logger.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { AccountTrouble } from '../account-trouble.ts'

/** After this, a look that goes on failing is a problem, ms. */
const TOLD_AFTER_MS = 10_000

/**
 * A look at Zendesk's job statuses that is made again and again. That it fails is logged once, and a problem of the
 * account after some seconds: bulk writes are not settled meanwhile. It is over when the look works.
 */
export class FailingLook {
  readonly #trouble: AccountTrouble
  readonly #account: string
  readonly #log: Logger
  #since: number | undefined

  constructor({ trouble, account, log }: { trouble: AccountTrouble; account: string; log: Logger }) {
    this.#trouble = trouble
    this.#account = account
    this.#log = log
  }

  async worked(): Promise<void> {
    if (this.#since !== undefined) this.#log.info('Job statuses are read again')
    this.#since = undefined
    await this.#trouble.tell(undefined)
  }

  async failed(error: unknown): Promise<void> {
    if (this.#since === undefined) this.#log.warn({ err: error }, 'Job statuses not read; trying again')
    this.#since ??= performance.now()
    if (performance.now() - this.#since < TOLD_AFTER_MS || !(error instanceof ZendeskError) || isToldAlready(error))
      return
    await this.#trouble.tell({
      code: 'JOB_STATUSES_UNREAD',
      what: `Job statuses of Zendesk account '${this.#account}' are not read; entities of bulk writes wait until then. ${error.message}`,
      todo:
        error.problem.kind === 'forbidden'
          ? "Give the API's user or the OAuth client the right to read job statuses; the rest goes by itself"
          : 'Look at what Zendesk answers, and at a proxy between: it is asked again every few seconds, and goes on by itself',
    })
  }
}

/** What is a problem of its own. */
function isToldAlready({ problem }: ZendeskError): boolean {
  return (
    problem.kind === 'rate limited' ||
    problem.kind === 'unauthenticated' ||
    (problem.kind === 'forbidden' && problem.scopes !== undefined)
  )
}
