import type { Logger } from '@provisioner/shared/logger.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Authorization } from './authorization.ts'
import { ClientCredentials } from './client-credentials.ts'

/**
 * OAuth client credentials, or, until 2027-04-30, an API token that is there already with its user's address: one pair.
 */
export interface Credentials {
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly email?: string | undefined
  readonly apiToken?: string | undefined
}

export interface AuthorizationOptions {
  readonly accountId: string
  /** The account's base URL. */
  readonly url: string
  readonly auth: Credentials
  readonly redis: RedisClient
  readonly log: Logger
  /** Time limit of one request for a token, ms. */
  readonly requestTimeoutMs: number
  /** Writes nothing to Redis. */
  readonly readOnly?: boolean
}

/** Nothing is asked of Zendesk before the first call. */
export function createAuthorization({ auth, ...options }: AuthorizationOptions): Authorization {
  const { clientId, clientSecret, email, apiToken: token } = auth
  if (clientId !== undefined && clientSecret !== undefined)
    return new ClientCredentials({ ...options, clientId, clientSecret })
  if (email !== undefined && token !== undefined) return apiToken(email, token)
  throw new TypeError('Credentials are either clientId and clientSecret, or email and apiToken')
}

/** Basic authentication with an API token, which nobody renews. */
export function apiToken(email: string, token: string): Authorization {
  const header = `Basic ${Buffer.from(`${email}/token:${token}`).toString('base64')}`
  return { header: async () => header, renew: async () => false }
}
