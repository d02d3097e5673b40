/** What somebody may do: a viewer looks, an operator also acts. */
export type Role = 'operator' | 'viewer'

/** Somebody who may use the dashboard. */
export interface Person {
  readonly name: string
  readonly role: Role
  /** How the request proved it: `open` means that no login is set up and the request comes from this machine. */
  readonly by: 'session' | 'basic' | 'open'
}
