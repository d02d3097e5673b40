import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { ZendeskClient } from './client.ts'

/**
 * Zendesk's id of the user whose credentials are used. Asked once, and remembered across processes, so that a leaver
 * waits for no answer of Zendesk's.
 */
export class ApiUser {
  readonly #zendesk: Pick<ZendeskClient, 'users'>
  readonly #redis: RedisClient
  readonly #key: string
  readonly #whose: string
  #id: number | undefined

  constructor(
    zendesk: Pick<ZendeskClient, 'users'>,
    redis: RedisClient,
    account: string,
    { url, auth }: Pick<AccountConfig, 'url' | 'auth'>,
  ) {
    this.#zendesk = zendesk
    this.#redis = redis
    this.#key = accountKeys(account).apiUser
    // Other credentials may be another user's. Nothing secret tells them apart: a client and an address have one user
    // each.
    this.#whose = fingerprint({ url, clientId: auth.clientId ?? null, email: auth.email ?? null })
  }

  /** The id as far as it is known; undefined while nobody asked. */
  async known(): Promise<number | undefined> {
    if (this.#id === undefined) {
      const text = await this.#redis.hget(this.#key, this.#whose)
      if (text !== null) this.#id = Number(text)
    }
    return this.#id
  }

  /** Asks Zendesk, unless it is known. */
  async ask(signal: AbortSignal): Promise<void> {
    if ((await this.known()) !== undefined) return
    this.#id = (await this.#zendesk.users.me({ signal })).id ?? undefined
  }

  /** What is to be remembered: the id, and a fingerprint of the credentials that are theirs. */
  toNote(): { readonly whose: string; readonly id: number } | undefined {
    return this.#id === undefined ? undefined : { whose: this.#whose, id: this.#id }
  }
}
