import type { RemovalCause } from './wanted-user.ts'

/** What a connection's configuration lets happen to users. */
export interface UserPolicy {
  readonly actions: { readonly create: boolean; readonly update: boolean }
  readonly provisionDisabled: boolean
  readonly remove: Readonly<Record<RemovalCause, 'suspend' | 'delete' | 'ignore'>>
  readonly goneInZendesk: 'ask' | 'recreate' | 'leave'
  readonly allowDowngrade: boolean
}
