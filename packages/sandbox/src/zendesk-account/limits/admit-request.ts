import type { Account } from '../account.ts'
import { Refusal } from '../refusal.ts'
import { findTarget } from '../users/create-or-update.ts'
import type { UserBody } from '../users/user-body.ts'
import type { LimitHeaders, RateLimits } from './rate-limits.ts'

interface Request {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Counts a request towards every limit that it comes under, and returns the headers that the answer has for them.
 *
 *   request                                 | a minute | 1 a second | 5 a minute for the user
 *   ----------------------------------------|----------|------------|------------------------
 *   PUT /users/{id}, POST create_or_update  | yes      | yes        | yes
 *   PUT update_many                         | yes      | unknown: a switch
 *   anything else                           | yes      | –          | –
 *
 * @throws Refusal
 */
export function admitRequest(account: Account, limits: RateLimits, request: Request): LimitHeaders {
  limits.admit()
  const updateMany =
    request.path === '/api/v2/users/update_many' ? account.settings.unknowns.updateManyInUserLimit : 'not'
  const single = isSingleWrite(request) || updateMany === 'both'
  if (single) limits.admitSingleWrite()
  if (single || updateMany === 'five a minute')
    for (const userId of targets(account, request)) limits.admitWriteOf(userId)
  return single ? limits.singleWriteHeader() : {}
}

function isSingleWrite({ method, path }: Request): boolean {
  return (
    (method === 'PUT' && /^\/api\/v2\/users\/\d+$/.test(path)) ||
    (method === 'POST' && path === '/api/v2/users/create_or_update')
  )
}

function targets(account: Account, { path, query, body }: Request): number[] {
  const one = /^\/api\/v2\/users\/(\d+)$/.exec(path)?.[1]
  if (one !== undefined) return [Number(one)]
  if (path.endsWith('/create_or_update')) return target(account, body['user'])
  const listed = Array.isArray(body['users']) ? (body['users'] as UserBody[]).map((user) => user?.['id']) : []
  return [...listed, ...(query['ids']?.split(',') ?? [])].map(Number).filter((id) => account.users.get(id))
}

function target(account: Account, body: unknown): number[] {
  try {
    const user = typeof body === 'object' && body !== null ? findTarget(account, body as UserBody) : undefined
    return user ? [user.id] : []
  } catch (error) {
    if (error instanceof Refusal) return []
    throw error
  }
}
