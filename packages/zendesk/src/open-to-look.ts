import { learnToken } from '@provisioner/shared/known-secrets.ts'
import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Authorization } from './authorization.ts'
import { apiToken } from './auth.ts'
import { readingBudget } from './budget/reading-budget.ts'
import { readSnapshot } from './budget/snapshot.ts'
import { createZendeskClient, type ZendeskClient } from './client.ts'
import { ZendeskError } from './errors.ts'
import { readRateHeaders } from './rate-headers.ts'
import { requestToken, type GrantedToken } from './request-token.ts'

/** What the product needs of an OAuth client: identities take no narrower scopes. */
const WHOLE = ['read', 'write'] as const

/** What may be done with the credentials. */
export interface SignedIn {
  /** By the token; undefined where nothing says what it may do, as of an API token. */
  readonly scopes: readonly string[] | undefined
  /** Zendesk's refusal of a token with all that the product needs, where it gave one that may read. */
  readonly refusal?: ZendeskError
}

/** An account as somebody looks at it who has no Redis: nothing is shared, and nothing is remembered. */
export interface LookedAtAccount extends Disposable {
  readonly client: ZendeskClient
  /** Makes sure of the credentials. With an API token nothing is asked. @throws ZendeskError */
  signIn(): Promise<SignedIn>
  /** Requests a minute that Zendesk grants the account; undefined until an answer has told. */
  limit(): number | undefined
}

/**
 * Opens an account to look at it: reads are paced by its own answers, writes are a mistake, and a token is asked for
 * whatever the others share, so that the credentials of the configuration are those that are tried.
 */
export function openToLook({
  config: { url, auth },
  log,
  requestTimeoutMs,
}: {
  config: Pick<AccountConfig, 'url' | 'auth'>
  log: Logger
  /** Time limit of one request, ms. */
  requestTimeoutMs: number
}): LookedAtAccount {
  let limit: number | undefined
  const state = (): Record<string, string> => (limit === undefined ? {} : { limit: String(limit) })
  const budget = readingBudget({
    snapshot: async () => readSnapshot({ state: state(), slots: [], now: Date.now(), reserve: 0, initialLimit: 200 }),
    [Symbol.asyncDispose]: async () => {},
  })
  const { clientId, clientSecret, email, apiToken: token } = auth
  const client = { url, clientId: clientId ?? '', clientSecret: clientSecret ?? '', timeoutMs: requestTimeoutMs }
  const own = token === undefined ? new OwnToken(client) : undefined
  const zendesk = createZendeskClient({
    url,
    auth: own ?? apiToken(email ?? '', token ?? ''),
    budget: {
      ...budget,
      observe: (headers) => void (limit = readRateHeaders(headers).limit ?? limit),
    },
    log,
    requestTimeoutMs,
  })
  return {
    client: zendesk,
    signIn: async () => (own ? await own.get() : { scopes: undefined }),
    limit: () => limit,
    [Symbol.dispose]: () => zendesk[Symbol.dispose](),
  }
}

/** A token that is asked for once, and is nobody else's. */
class OwnToken implements Authorization {
  readonly #client: Omit<Parameters<typeof requestToken>[0], 'scope'>
  #getting: Promise<GrantedToken & Pick<SignedIn, 'refusal'>> | undefined

  constructor(client: Omit<Parameters<typeof requestToken>[0], 'scope'>) {
    this.#client = client
  }

  get(): Promise<SignedIn> {
    return (this.#getting ??= this.#ask())
  }

  async header(): Promise<string> {
    await this.get()
    return `Bearer ${(await this.#getting!).accessToken}`
  }

  async renew(): Promise<boolean> {
    return false
  }

  /** A client that may not have all scopes may still have the one to read, by which the rest can be looked at. */
  async #ask(): Promise<GrantedToken & Pick<SignedIn, 'refusal'>> {
    try {
      return await this.#mint(WHOLE.join(' '))
    } catch (refusal) {
      if (!isScopeRefused(refusal)) throw refusal
      const granted = await this.#mint('read').catch((error: unknown) => {
        throw isScopeRefused(error) ? refusal : error
      })
      return { ...granted, refusal }
    }
  }

  async #mint(scope: string): Promise<GrantedToken> {
    const granted = await requestToken({ ...this.#client, scope })
    learnToken(granted.accessToken)
    return granted
  }
}

/** Whether a token was refused for the scope that was asked for: `invalid_scope` (RFC 6749, 5.2). */
export function isScopeRefused(error: unknown): error is ZendeskError {
  return error instanceof ZendeskError && error.problem.kind === 'unauthenticated' && /scope/i.test(error.message)
}
