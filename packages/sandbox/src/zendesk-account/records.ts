import type { Indexed, IndexedTicket } from './search-index.ts'

export type Role = 'end-user' | 'agent' | 'admin'

/** A user as the account keeps it; its email is its primary email identity. Times are ISO 8601 without milliseconds. */
export interface UserRecord {
  readonly id: number
  name: string
  role: Role
  custom_role_id: number | null
  external_id: string | null
  active: boolean
  suspended: boolean
  verified: boolean
  phone: string | null
  shared_phone_number: boolean | null
  /** A picture that is, or will be, there from `at` on, ms since the epoch. */
  photo: { readonly name: string; readonly at: number } | null
  alias: string | null
  details: string | null
  notes: string | null
  signature: string | null
  /** The default one of `organization_ids`. */
  organization_id: number | null
  organization_ids: readonly number[]
  default_group_id: number | null
  locale: string
  time_zone: string
  tags: string[]
  user_fields: Record<string, unknown>
  moderator: boolean
  only_private_comments: boolean
  ticket_restriction: string | null
  last_login_at: string | null
  readonly created_at: string
  updated_at: string
  /** What the search index has of the user, and since when. */
  readonly indexed: Indexed[]
}

export interface IdentityRecord {
  readonly id: number
  readonly user_id: number
  readonly type: string
  readonly value: string
  verified: boolean
  primary: boolean
  readonly created_at: string
  updated_at: string
}

export interface GroupRecord {
  readonly id: number
  name: string
  description: string
  is_public: boolean
  readonly default: boolean
  deleted: boolean
  readonly created_at: string
  updated_at: string
}

export interface MembershipRecord {
  readonly id: number
  readonly user_id: number
  readonly group_id: number
  default: boolean
  readonly created_at: string
  updated_at: string
}

/** An agent sees the tickets of the brands that they are in. */
export interface BrandRecord {
  readonly id: number
  name: string
  readonly subdomain: string
  readonly active: boolean
  readonly default: boolean
  readonly created_at: string
  updated_at: string
}

export interface BrandAgentRecord {
  readonly id: number
  readonly user_id: number
  readonly brand_id: number
  readonly created_at: string
  readonly updated_at: string
}

export interface OrganizationRecord {
  readonly id: number
  name: string
  external_id: string | null
  readonly created_at: string
  updated_at: string
}

export interface CustomRoleRecord {
  readonly id: number
  readonly name: string
  /** 0 a role of the account's own, 1 light agent, 2 chat agent, 3 contributor, 4 admin, 5 billing admin. */
  readonly role_type: number
}

export interface UserFieldRecord {
  readonly id: number
  readonly key: string
  readonly title: string
  readonly type: string
  /** Of a lookup field: `zen:user`, `zen:organization` and the like. */
  readonly target?: string
  /** Of a drop-down. */
  readonly options?: readonly { readonly name: string; readonly value: string }[]
}

export type TicketStatus = 'new' | 'open' | 'pending' | 'hold' | 'solved' | 'closed'

/** A ticket, as far as its assignment goes. */
export interface TicketRecord {
  readonly id: number
  subject: string
  status: TicketStatus
  readonly requester_id: number
  assignee_id: number | null
  group_id: number | null
  brand_id: number | null
  tags: string[]
  readonly created_at: string
  updated_at: string
  /** The number of its last change: a bulk update leaves a ticket alone that was changed after it was asked. */
  change: number
  /** What the search index has of the ticket, and since when. */
  readonly indexed: IndexedTicket[]
}

/** Somebody's open browser. */
export interface SessionRecord {
  readonly id: number
  readonly user_id: number
  readonly authenticated_at: string
  readonly last_seen_at: string
}

/** A mail that Zendesk would have sent. */
export interface Mail {
  readonly to: string
  readonly kind: 'welcome' | 'verify'
  readonly at: string
}

/** What somebody has changed of a user, named as webhooks name their events: `name_changed`. */
export interface UserChange {
  readonly user: UserRecord
  readonly what: string
  readonly before?: unknown
  readonly after?: unknown
  /** Of a membership that came or went. */
  readonly groupId?: number
}
