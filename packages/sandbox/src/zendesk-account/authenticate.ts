import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Account } from './account.ts'
import { Refusal } from './refusal.ts'
import type { Credentials } from './account-plan.ts'

interface Token {
  readonly scopes: readonly string[]
  readonly expiresAt: number
}

/** Who a request comes from, and what it may do; `anonymous` without credentials. */
export type Caller = { readonly kind: 'anonymous' } | { readonly kind: 'admin'; readonly scopes: readonly string[] }

const DEFAULT_LIFETIME_S = 1_800
const SCOPE = /^(?:read|write|impersonate|[a-z_]+:(?:read|write))$/

/** The account's one OAuth client and one API token, and the tokens made from the client. */
export class Authentication {
  readonly #account: Account
  readonly #credentials: Credentials
  readonly #tokens = new Map<string, Token>()

  constructor(account: Account, credentials: Credentials) {
    this.#account = account
    this.#credentials = credentials
  }

  /** @throws Refusal unless the credentials are absent or right */
  identify(authorization: string | undefined): Caller {
    if (authorization === undefined || authorization === '') return { kind: 'anonymous' }
    const [scheme = '', value = ''] = authorization.split(/\s+/)
    if (scheme.toLowerCase() === 'basic') {
      const { email, apiToken } = this.#credentials
      const [login = '', ...secret] = Buffer.from(value, 'base64').toString().split(':')
      if (same(login.toLowerCase(), `${email}/token`.toLowerCase()) && same(secret.join(':'), apiToken))
        return { kind: 'admin', scopes: ['read', 'write'] }
    }
    const token = scheme.toLowerCase() === 'bearer' ? this.#tokens.get(value) : undefined
    if (token && token.expiresAt > Date.now()) return { kind: 'admin', scopes: token.scopes }
    if (scheme.toLowerCase() === 'bearer')
      throw new Refusal(401, {
        error: 'invalid_token',
        error_description: 'The access token provided is expired, revoked, malformed or invalid for other reasons.',
      })
    throw unauthenticated()
  }

  /** Answers POST /oauth/tokens. */
  grant(body: Readonly<Record<string, unknown>>): object {
    const { grant_type: grant, client_id: id, client_secret: secret, scope = 'read', expires_in: expiresIn } = body
    if (grant !== 'client_credentials')
      throw refuse(
        400,
        'unsupported_grant_type',
        'The authorization grant type is not supported by the authorization server.',
      )
    if (!same(String(id), this.#credentials.clientId) || !same(String(secret), this.#credentials.clientSecret))
      throw refuse(
        401,
        'invalid_client',
        'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
      )
    const scopes = String(scope)
      .split(/[\s,]+/)
      .filter(Boolean)
    // Since 2026-08-10 a client has a list of its own, and what is not on it is refused like this as well.
    const { clientScopes: allowed } = this.#account.settings
    const isAllowed = (one: string) => !allowed || allowed.includes(one) || allowed.includes(one.replace(/^.*:/, ''))
    if (!scopes.every((one) => SCOPE.test(one) && isAllowed(one)))
      throw refuse(400, 'invalid_scope', 'The requested scope is invalid, unknown, or malformed.')
    const asked = expiresIn === undefined ? DEFAULT_LIFETIME_S : Number(expiresIn)
    if (!(asked >= 300 && asked <= 172_800))
      throw refuse(400, 'invalid_request', 'expires_in must be between 300 and 172800')
    const seconds = this.#account.settings.tokenLifetimeSeconds ?? asked
    const token = randomBytes(32).toString('hex')
    this.#tokens.set(token, { scopes, expiresAt: Date.now() + seconds * 1_000 })
    return {
      access_token: token,
      token_type: 'bearer',
      scope: scopes.join(' '),
      expires_in: seconds,
    }
  }

  /** Ends every token that was granted. */
  expireTokens(): void {
    this.#tokens.clear()
  }
}

export function unauthenticated(): Refusal {
  return new Refusal(401, { error: "Couldn't authenticate you" })
}

/** Whether searching has a scope of its own, no list of scopes says. */
const BROAD_ONLY: readonly string[] = ['identities', 'search']

/** The broad scope or the one of the area; identities want the broad one. */
export function checkScope(scopes: readonly string[], area: string, method: string): void {
  const kind = method === 'GET' ? 'read' : 'write'
  if (scopes.includes(kind) || (!BROAD_ONLY.includes(area) && scopes.includes(`${area}:${kind}`))) return
  throw new Refusal(403, {
    error: 'Forbidden',
    description: `You are missing the following required scopes: ${kind}`,
  })
}

function refuse(status: number, error: string, description: string): Refusal {
  return new Refusal(status, { error, error_description: description })
}

function same(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(one), hash(other))
}
