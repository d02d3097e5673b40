import type { Logger } from '@provisioner/shared/logger.ts'
import type { Redis } from 'ioredis'
import type { Authorization } from './authorization.ts'
import { ClientCredentials } from './client-credentials.ts'

/** OAuth client credentials, or, until 2027-04-30, an API token with its user's address. */
export type Credentials =
  | { readonly clientId: string; readonly clientSecret: string; readonly scope?: string | undefined }
  | { readonly email: string; readonly apiToken: string }

export interface AuthorizationOptions {
  readonly accountId: string
  /** The account's base URL. */
  readonly url: string
  readonly auth: Credentials
  readonly redis: Redis
  readonly log: Logger
  readonly requestTimeoutMs?: number
}

/** Nothing is asked of Zendesk before the first call. */
export function createAuthorization({ auth, ...options }: AuthorizationOptions): Authorization {
  return 'apiToken' in auth ? apiToken(auth) : new ClientCredentials({ ...options, ...auth })
}

function apiToken({ email, apiToken }: { email: string; apiToken: string }): Authorization {
  const header = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  return { header: async () => header, renew: async () => false }
}
