import type { Group } from '@provisioner/zendesk/groups.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { WantedGroup } from '../plan/plan-group.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { NO_GROUP_AUDIT, type GroupAudit } from './audit-groups.ts'
import { NO_AUDIT, type UserAudit } from './audit-users.ts'
import type { ListedMembership } from './find-memberships.ts'
import type { Looks } from './looks-of-cycle.ts'
import type { Admins } from './last-admin.ts'
import type { ChangedBy } from './who-changed.ts'
import type { Takeover } from './takeovers.ts'
import { NOT_LOOKED, type Unmanaged } from './find-unmanaged.ts'
import type { WithheldList } from './withheld-lists.ts'

/** What a plan has to ask of Zendesk before it is whole. */
export interface Questions {
  /** Entries to be looked for among Zendesk's users, by fingerprint. */
  readonly users: ReadonlyMap<string, WantedUser>
  /** Of these, by id, the entries whose users Zendesk had until lately. */
  readonly gone: ReadonlySet<string>
  /** Who the account's active admins are. */
  readonly admins: boolean
  /** Groups to be looked for by name, by directory id. */
  readonly groups: ReadonlyMap<string, WantedGroup>
  /** Whose credentials we use. */
  readonly apiUser: boolean
  /** Zendesk ids of users whose role has to be known as it is now. */
  readonly roles: ReadonlySet<number>
  /** Addresses of `accounts.*.protect` whose users are to be looked up. */
  readonly protectedUsers: readonly string[]
  /** Look at every linked user, at every linked group, at the memberships in them. */
  readonly audit: { readonly users: boolean; readonly groups: boolean; readonly memberships: boolean }
  /** Zendesk ids of the groups that somebody waits to have as the default one. */
  readonly defaultGroups: ReadonlySet<number>
  /** Look at these users, and at the memberships of those. */
  readonly lookAt: Pick<Looks, 'users' | 'members'>
}

/** What Zendesk said. A question that was not asked has no answer. */
export interface Answers {
  readonly users: {
    readonly asked: Questions['users']
    readonly found: ReadonlyMap<string, FoundUser>
    /** What keeps entries from being linked to them, by the entry's id. */
    readonly takeovers: ReadonlyMap<string, Takeover>
    /** Entries whose users are gone because they were merged: their address is another user's by now. */
    readonly merged: ReadonlySet<string>
  }
  readonly admins: Admins | undefined
  readonly groups: { readonly asked: Questions['groups']; readonly all: readonly Group[] }
  /** Whether Zendesk was looked at: then the audits that were due have been made. */
  readonly isAsked: boolean
  /** Roles as they are now, by Zendesk id. */
  readonly roles: ReadonlyMap<number, string>
  /** Protected users that were looked up, with the addresses that they were looked up by. */
  readonly protectedUsers: ReadonlyMap<number, string>
  readonly lookedUp: readonly string[]
  readonly userAudit: UserAudit
  /** Who changed users whom the audit found changed, by directory id. */
  readonly changedBy: ReadonlyMap<string, ChangedBy>
  readonly groupAudit: GroupAudit
  readonly unmanaged: Unmanaged
  /** The memberships in all groups that are linked or may be adopted. */
  readonly memberships: readonly ListedMembership[] | undefined
  /** Whose these are, as memberships call them; undefined for everybody's. */
  readonly membersOf: ReadonlySet<string> | undefined
  /** Who is in default groups that were asked for, by the group's Zendesk id. A group that is gone has nobody. */
  readonly defaultGroups: ReadonlyMap<number, readonly GroupMembership[]>
  /** Lists that Zendesk does not let us read → why: what they would have answered is not answered. */
  readonly withheld: ReadonlyMap<WithheldList, string>
  /** Of the users in them whom no entry has: how they are called, by Zendesk id. */
  readonly strangers: ReadonlyMap<number, string>
}

/** What is known before Zendesk is looked at. */
export const NO_ANSWERS: Answers = {
  users: { asked: new Map(), found: new Map(), takeovers: new Map(), merged: new Set() },
  admins: undefined,
  groups: { asked: new Map(), all: [] },
  isAsked: false,
  roles: new Map(),
  protectedUsers: new Map(),
  lookedUp: [],
  userAudit: NO_AUDIT,
  changedBy: new Map(),
  groupAudit: NO_GROUP_AUDIT,
  unmanaged: NOT_LOOKED,
  memberships: undefined,
  membersOf: undefined,
  defaultGroups: new Map(),
  withheld: new Map(),
  strangers: new Map(),
}

/** Whether there is anything to ask. */
export function asksAnything({
  users,
  groups,
  apiUser,
  admins,
  roles,
  protectedUsers,
  defaultGroups,
  audit,
  lookAt,
}: Questions): boolean {
  return (
    [users, groups, roles, defaultGroups, lookAt.users, lookAt.members].some((asked) => asked.size > 0) ||
    protectedUsers.length > 0 ||
    apiUser ||
    admins ||
    Object.values(audit).some(Boolean)
  )
}
