import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import type { Config } from '@provisioner/shared/config/config.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { apiTokenEnd } from './api-token-end.ts'
import { createAuthorization } from './auth.ts'
import type { Budget } from './budget/budget.ts'
import { createBudget } from './budget/create-budget.ts'
import { readingBudget } from './budget/reading-budget.ts'
import { createZendeskClient, type ZendeskClient } from './client.ts'
import type { Exchange } from './exchange.ts'

/** One Zendesk account with its credentials and its shared budget. */
export interface OpenAccount extends AsyncDisposable {
  readonly client: ZendeskClient
  readonly budget: Budget
  /** Time limit of one request, ms: what a worker leases for a request has to outlast it. */
  readonly requestTimeoutMs: number
  /** Calls back after every request of this process. Disposing ends it. */
  onExchange(listener: (exchange: Exchange) => void): Disposable
}

/** Long enough for Zendesk's slowest writes, short enough to notice a dead connection. */
const REQUEST_TIMEOUT_MS = 30_000

/** Opens an account. Nothing is asked of Zendesk before the first call. */
export function openAccount({
  id,
  config,
  redis,
  log,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  readOnly = false,
}: {
  id: string
  config: AccountConfig
  redis: RedisClient
  log: Logger
  /** Time limit of one request, ms. Default: 30 s. */
  requestTimeoutMs?: number | undefined
  /** For who only looks: writes nothing, neither to Zendesk nor to Redis. */
  readOnly?: boolean
}): OpenAccount {
  const shared = createBudget({ redis, accountId: id, reserve: config.reserve })
  const budget = readOnly ? readingBudget(shared) : shared
  const auth = createAuthorization({
    accountId: id,
    url: config.url,
    auth: config.auth,
    redis,
    log,
    readOnly,
    requestTimeoutMs,
  })
  const listeners = new Set<(exchange: Exchange) => void>()
  const client = createZendeskClient({
    url: config.url,
    auth,
    budget,
    log,
    requestTimeoutMs,
    onExchange: (exchange) => listeners.forEach((listener) => listener(exchange)),
  })
  return {
    client,
    budget,
    requestTimeoutMs,
    onExchange: (listener) => {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]()
      await budget[Symbol.asyncDispose]()
    },
  }
}

/** Opens every account of a configuration. Of one with an API token the log says until when that works. */
export function openAccounts({
  config,
  redis,
  log,
  requestTimeoutMs,
}: {
  config: Config
  redis: RedisClient
  log: Logger
  requestTimeoutMs?: number
}): AsyncDisposable & { get(id: string): OpenAccount } {
  for (const [id, { auth }] of Object.entries(config.accounts)) {
    if (auth.apiToken === undefined) continue
    const { code, what, todo } = apiTokenEnd(id)
    log.warn({ code, account: id, what, todo }, 'The account is signed in to with an API token')
  }
  const owned = new AsyncDisposableStack()
  const accounts = new Map(
    Object.entries(config.accounts).map(([id, account]) => [
      id,
      owned.use(openAccount({ id, config: account, redis, log, requestTimeoutMs })),
    ]),
  )
  return {
    get: (id) => {
      const account = accounts.get(id)
      if (!account) throw new TypeError(`The configuration has no account '${id}'`)
      return account
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
