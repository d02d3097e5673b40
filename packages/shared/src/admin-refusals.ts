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

/** The code of the removal of a team member who has open tickets, which waits for an admin (`tickets: hold`). */
export const LEAVER_HAS_TICKETS = 'LEAVER_HAS_TICKETS'

/**
 * Codes of refusals by which a worker tells the next cycle that a user is an admin by now, or that an admin is to be
 * asked: the change is planned anew.
 */
export const ADMIN_REFUSALS: ReadonlySet<string> = new Set([LAST_ADMIN.code, ADMIN_RENAMED, LEAVER_HAS_TICKETS])

/** Whether the user's removal was kept back for their open tickets. */
export function isRefusedForTickets({ rejection }: Pick<UserRecord, 'rejection'>): boolean {
  return rejection?.code === LEAVER_HAS_TICKETS
}

/** Whether what is released of a user was refused for that, and so is not to be taken for released. */
export function isRefusedForAdmin({ rejection }: Pick<UserRecord, 'rejection'>): boolean {
  return rejection !== null && ADMIN_REFUSALS.has(rejection.code)
}
