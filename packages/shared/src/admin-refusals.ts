import type { UserRecord } from './ledger/record.ts'

/** What is told of the last active admin, by whoever keeps the suspension, deletion or lower role back. */
export const LAST_ADMIN = {
  code: 'LAST_ADMIN',
  /** Follows the user's address. */
  why: 'is the last active admin of the account',
  todo: 'Make somebody else an admin in Zendesk: the change then goes out by itself',
} as const

/**
 * The code of another name or address for somebody who is an admin in Zendesk, which was released without knowing that.
 */
export const ADMIN_RENAMED = 'ADMIN_RENAMED'

/**
 * Codes of refusals by which a worker tells the next cycle that a user is an admin by now: the change is planned anew.
 */
export const ADMIN_REFUSALS: ReadonlySet<string> = new Set([LAST_ADMIN.code, ADMIN_RENAMED])

/** Whether what is released of a user was refused for that, and so is not to be taken for released. */
export function isRefusedForAdmin({ rejection }: Pick<UserRecord, 'rejection'>): boolean {
  return rejection !== null && ADMIN_REFUSALS.has(rejection.code)
}
