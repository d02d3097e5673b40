import type { GroupAtCreation } from '@provisioner/shared/desired.ts'
import { formatSid, type Sid } from '../directory/sid.ts'

/** A group entry as membership sees it. Keys of entries are normalised DNs; of `memberUid`, `uid:` and the value. */
export interface DirectoryGroup {
  /** Undefined when the entry shows none: its members count all the same, and it can't be provisioned. */
  readonly id: string | undefined
  readonly dn: string
  readonly key: string
  /** First value of `groups.match`: the Zendesk group's name, unless it has one of the others already. */
  readonly name: string
  readonly otherNames: readonly string[]
  /** What the group is created with besides, in Zendesk's words. */
  readonly atCreation?: GroupAtCreation
  /** Keys of direct members: users, groups, or nothing that exists. */
  readonly members: readonly string[]
  /** Active Directory's: what `primaryGroupID` of its members comes down to. */
  readonly sid?: Sid | undefined
  /** Names of the attributes that would have named members. */
  readonly lookedFor: readonly string[]
  /** Of these, in lower case, the ones that name anybody. */
  readonly naming: readonly string[]
  /** LDAP URLs of a dynamic group, whose search has not been carried out. */
  readonly searches: readonly string[]
  /** Why members are certainly missing here. An empty list alone proves neither that nor the contrary. */
  readonly unread?: string
}

/** A group, and the groups nested in it where their members count. */
export interface GroupRoot {
  readonly key: string
  readonly dn: string
  readonly nested: boolean
}

/** A member named by `memberUid` has no DN. */
export function uidKey(uid: string): string {
  return `uid:${uid}`
}

/** The groups of a directory and who is in them, nested groups followed on demand. */
export class GroupTree {
  readonly #groups = new Map<string, DirectoryGroup>()
  readonly #bySid = new Map<string, string>()
  #namesUids = false

  /** Adds a group, or puts it in the place of what was known of it. */
  put(group: DirectoryGroup): void {
    this.#groups.set(group.key, group)
    if (group.sid) this.#bySid.set(formatSid(group.sid), group.key)
    this.#namesUids ||= group.members.some((member) => member.startsWith('uid:'))
  }

  get(key: string): DirectoryGroup | undefined {
    return this.#groups.get(key)
  }

  get size(): number {
    return this.#groups.size
  }

  has(key: string): boolean {
    return this.#groups.has(key)
  }

  /** The key of the group with this SID. */
  withSid(sid: Sid): string | undefined {
    return this.#bySid.get(formatSid(sid))
  }

  /** Whether any group names members by their `uid`. */
  get namesUids(): boolean {
    return this.#namesUids
  }

  /** The group and, when `nested`, all groups below it. Cycles, and a group that contains itself, are walked once. */
  groupsBelow(key: string, nested: boolean): Set<string> {
    const found = new Set([key])
    if (!nested) return found
    for (const at of found)
      for (const member of this.#groups.get(at)?.members ?? []) if (this.#groups.has(member)) found.add(member)
    return found
  }

  /** Keys of the members that are no groups. */
  membersOf(key: string, nested: boolean): Set<string> {
    const members = new Set<string>()
    for (const at of this.groupsBelow(key, nested))
      for (const member of this.#groups.get(at)?.members ?? []) if (!this.#groups.has(member)) members.add(member)
    return members
  }
}
