import { randomUUID } from 'node:crypto'
import { learnToken } from '@provisioner/shared/known-secrets.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { Lease } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Authorization } from './authorization.ts'
import { waitUntil } from './budget/wait-until.ts'
import { requestToken } from './request-token.ts'
import { Seal } from './seal.ts'

export interface ClientCredentialsOptions {
  readonly accountId: string
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  /** Identities need the broad scopes. */
  readonly scope?: string | undefined
  readonly redis: RedisClient
  readonly log: Logger
  /** Time limit of one request for a token, ms. */
  readonly requestTimeoutMs: number
  /** Uses a token that others share, and keeps one of its own to itself: nothing is written to Redis. */
  readonly readOnly?: boolean
}

interface Token {
  readonly header: string
  /** Not to be used from then on, on this machine's clock, ms. */
  readonly until: number
}

/** A token is renewed a minute before its end, or at nine tenths of a short life: no request must outlive it. */
const RENEW_BEFORE_MS = 60_000
/** Longer than the request for a token may take, so that the lease outlives it. */
const LEASE_SPARE_MS = 5_000
/** How often a process that waits for another's token looks, ms. */
const LOOK_EVERY_MS = 50

/**
 * A token of the OAuth client, shared by all processes through Redis, where it lies sealed with a key that only who has
 * the client's secret can make. One process at a time asks for a new one; its end is counted by Redis, so that clocks
 * may differ.
 */
export class ClientCredentials implements Authorization {
  readonly #o: ClientCredentialsOptions
  readonly #seal: Seal
  readonly #key: string
  readonly #timeoutMs: number
  #token: Token | undefined
  #getting: Promise<Token> | undefined

  constructor(options: ClientCredentialsOptions) {
    this.#o = options
    this.#key = `${accountKeys(options.accountId).prefix}token`
    this.#seal = new Seal({ secret: options.clientSecret, salt: options.clientId, bindTo: this.#key })
    this.#timeoutMs = options.requestTimeoutMs
  }

  async header(): Promise<string> {
    const token = this.#token
    if (token && token.until > Date.now()) return token.header
    return (await this.#get(undefined)).header
  }

  async renew(refused: string): Promise<boolean> {
    if (this.#token?.header === refused) this.#token = undefined
    await this.#get(refused)
    return true
  }

  /** One request for all callers of this process. Not abortable by one of them: the others wait for it too. */
  #get(refused: string | undefined): Promise<Token> {
    if (this.#token && this.#token.until > Date.now()) return Promise.resolve(this.#token)
    this.#getting ??= this.#shared(refused).finally(() => (this.#getting = undefined))
    return this.#getting
  }

  async #shared(refused: string | undefined): Promise<Token> {
    if (this.#o.readOnly) {
      const token = await this.#stored()
      return (this.#token = token && token.header !== refused ? token : await this.#mint())
    }
    const terms = { token: randomUUID(), ms: this.#timeoutMs + LEASE_SPARE_MS }
    for (;;) {
      const token = await this.#stored()
      if (token && token.header !== refused) return (this.#token = token)
      await using lease = await Lease.take(this.#o.redis, `${this.#key}:lease`, terms)
      if (lease) {
        // Whoever had the lease before us may have stored one since we looked.
        const stored = await this.#stored()
        return (this.#token = stored && stored.header !== refused ? stored : await this.#mint())
      }
      await waitUntil(LOOK_EVERY_MS)
    }
  }

  async #stored(): Promise<Token | undefined> {
    const [sealed, ttl] = await Promise.all([this.#o.redis.get(this.#key), this.#o.redis.pttl(this.#key)])
    const header = sealed === null ? undefined : this.#seal.open(sealed)
    if (header !== undefined) learnToken(header.replace('Bearer ', ''))
    return header !== undefined && ttl > 0 ? { header, until: Date.now() + ttl } : undefined
  }

  async #mint(): Promise<Token> {
    const { url, clientId, clientSecret, scope = 'read write', redis, log } = this.#o
    const { accessToken, expiresInMs } = await requestToken({
      url,
      clientId,
      clientSecret,
      scope,
      timeoutMs: this.#timeoutMs,
    })
    learnToken(accessToken)
    const header = `Bearer ${accessToken}`
    const usableMs = Math.floor(expiresInMs - Math.min(RENEW_BEFORE_MS, expiresInMs / 10))
    if (!this.#o.readOnly) await redis.set(this.#key, this.#seal.close(header), 'PX', usableMs)
    log.info({ expiresInMs }, 'New OAuth token')
    return { header, until: Date.now() + usableMs }
  }
}
