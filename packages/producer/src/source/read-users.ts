import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Directory } from '../directory/directory.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { personFilter } from './filters.ts'
import { uidKey, type GroupTree } from './group-tree.ts'

/** An entry in scope with what membership needs of it. */
export interface SourceUser {
  readonly entry: Entry
  /** What groups name it by: its normalised DN, and its `uid:` where `memberUid` is used. */
  readonly keys: readonly string[]
  /** Keys of the groups that the entry itself names (`memberOf`). */
  readonly memberOf: readonly string[]
}

export interface SourcePage {
  readonly users: readonly SourceUser[]
  /** DNs of entries without the configured id. */
  readonly unidentified: readonly string[]
}

/**
 * Streams the entries of the source locations: those below a base that match its filter, or that are in its group,
 * whether the group says so or the entry does. An entry that two locations share may come twice.
 *
 * @throws whatever the directory throws when a scan may be incomplete
 */
export async function* readUsers(
  directory: Directory,
  connection: ConnectionConfig,
  tree: GroupTree,
  attributesToRead: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<SourcePage> {
  const { membership } = connection.directory
  const byUid = typeof membership.group === 'string' && membership.group.toLowerCase() === 'memberuid'
  const attributes = [
    ...new Set([...attributesToRead, ...(membership.user ? [membership.user] : []), ...(byUid ? ['uid'] : [])]),
  ]

  for (const location of connection.users.locations) {
    const scope = location.group === undefined ? undefined : scopeOf(tree, normaliseDn(location.group), location.nested)
    const search = {
      base: location.base,
      scope: 'sub' as const,
      filter: location.filter ?? personFilter(connection.directory.type),
      attributes,
    }
    for await (const page of directory.scan(search, signal)) {
      const users = page.entries.map((entry) => toUser(entry, membership.user, byUid))
      yield { users: scope ? users.filter(scope) : users, unidentified: page.unidentified }
    }
  }
}

function scopeOf(tree: GroupTree, group: string, nested: boolean): (user: SourceUser) => boolean {
  const members = tree.membersOf(group, nested)
  const groups = tree.groupsBelow(group, nested)
  return (user) => user.keys.some((key) => members.has(key)) || user.memberOf.some((key) => groups.has(key))
}

function toUser(entry: Entry, memberOfAttribute: string | false, byUid: boolean): SourceUser {
  const texts = (name: string) => (entry.attributes.get(name.toLowerCase()) ?? []).filter((v) => typeof v === 'string')
  return {
    entry,
    keys: [normaliseDn(entry.dn), ...(byUid ? texts('uid').map(uidKey) : [])],
    memberOf: memberOfAttribute === false ? [] : texts(memberOfAttribute).map(normaliseDn),
  }
}
