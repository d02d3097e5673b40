import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { AccountProblems } from '../account-problems.ts'
import type { BulkImportPort } from '../ports.ts'

/** After this, bulk import is tried again: support may have switched it on. Seconds. */
const REMEMBERED_S = 24 * 60 * 60

/**
 * Whether the account lets users be created in bulk. Zendesk has it switched off until the account's owner asks its
 * support; a refusal (403) is learned once per account and remembered for a day.
 */
export class BulkImport implements BulkImportPort {
  readonly #redis: RedisClient
  readonly #account: string
  readonly #key: string
  readonly #problems: AccountProblems
  readonly #log: Logger
  #wasTaken = false

  constructor({
    redis,
    account,
    problems,
    log,
  }: {
    redis: RedisClient
    account: string
    problems: AccountProblems
    log: Logger
  }) {
    this.#redis = redis
    this.#account = account
    this.#key = accountKeys(account).bulkImportRefused
    this.#problems = problems
    this.#log = log
  }

  async isAllowed(): Promise<boolean> {
    return (await this.#redis.exists(this.#key)) === 0
  }

  /**
   * Whether Zendesk has taken a bulk creation of this worker's. Until then one is a trial: its refusal holds for all.
   */
  get wasTaken(): boolean {
    return this.#wasTaken
  }

  /** A bulk creation was taken: if it was refused once, that is over. */
  async accept(): Promise<void> {
    this.#wasTaken = true
    await this.#problems.solve({ subject: 'account', id: this.#account })
  }

  /** Remembers a refusal, and tells the admin once. */
  async refuse(): Promise<void> {
    this.#wasTaken = false
    await this.#redis.set(this.#key, '1', 'EX', REMEMBERED_S)
    const problem = {
      code: 'BULK_IMPORT_OFF',
      subject: 'account' as const,
      id: this.#account,
      what: `Zendesk account '${this.#account}' refuses bulk user import (403); users are created one request each, which is slower`,
      todo: 'The account owner can ask Zendesk support to enable bulk user import; it is tried again every day',
    }
    if (await this.#problems.report(problem))
      this.#log.warn({ account: this.#account }, 'Bulk user import is switched off')
  }
}
