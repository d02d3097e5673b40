import type { RemovalCause } from './wanted-user.ts'

/** What becomes of the seat of a team member who is suspended. */
export type SeatPolicy = 'suspend' | 'downgrade' | 'light-agent'

/** What a connection's configuration lets happen to users. */
export interface UserPolicy {
  readonly actions: { readonly create: boolean; readonly update: boolean }
  readonly provisionDisabled: boolean
  readonly remove: Readonly<Record<RemovalCause, 'suspend' | 'delete' | 'ignore'>>
  readonly agents: Readonly<Record<RemovalCause, SeatPolicy>>
  /** Zendesk's id of the account's light agent role; undefined where it has none, or nobody has read it yet. */
  readonly lightAgentRole?: number | undefined
  readonly goneInZendesk: 'ask' | 'recreate' | 'leave'
  readonly allowDowngrade: boolean
  readonly allowAdmin: boolean
  /** Whether who has open tickets goes by an admin's word alone. */
  readonly holdsTickets: boolean
}
