import type { UserRecord } from './ledger/record.ts'

/** Attributes of a suspension that free the seat of a team member. */
const SEAT: readonly string[] = ['role', 'custom_role_id']

/** Whether what is released of a user suspends them, and frees their seat with that (`users.remove.agents`). */
export function losesSeat({
  operation,
  desired,
  changed,
}: Pick<UserRecord, 'operation' | 'desired' | 'changed'>): boolean {
  return (
    operation === 'suspend user' && desired?.presence === 'suspended' && SEAT.some((name) => changed.includes(name))
  )
}

/** The same of what is sent. */
export function sendsSeat(sent: readonly string[]): boolean {
  return SEAT.some((name) => sent.includes(name))
}

/** The names without those. */
export function withoutSeat<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !SEAT.includes(name)))
}
