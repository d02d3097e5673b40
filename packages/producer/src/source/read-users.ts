import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Directory } from '../directory/directory.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { Entry, UnidentifiedEntry } from '../directory/entry.ts'
import { parseSid } from '../directory/sid.ts'
import { personFilter } from './filters.ts'
import { uidKey, type GroupRoot, type GroupTree } from './group-tree.ts'

/** An entry in scope with what membership needs of it. */
export interface SourceUser {
  readonly entry: Entry
  /** What groups name it by: its normalised DN, and its `uid:` where `memberUid` is used. */
  readonly keys: readonly string[]
  /** Keys of the groups that the entry itself names (`memberOf`). */
  readonly memberOf: readonly string[]
  /** Key of its primary group, which neither `member` nor `memberOf` names in Active Directory. */
  readonly primary: string | undefined
}

export interface SourcePage {
  readonly users: readonly SourceUser[]
  /** Those who match the search, in scope or not. */
  readonly people: readonly SourceUser[]
  /** Entries that match the search and show no id, in scope or not. */
  readonly unidentified: readonly UnidentifiedEntry[]
  /** Which of the locations it is of. */
  readonly location: number
}

/**
 * Streams the entries of the source locations: those below a base that match its filter, or that are in its group,
 * whether the group says so or the entry does. An entry that two locations share may come twice. With `changed`, a
 * filter, only those that it lets through.
 *
 * @throws whatever the directory throws when a scan may be incomplete
 */
export async function* readUsers(
  directory: Directory,
  connection: ConnectionConfig,
  tree: GroupTree,
  attributesToRead: readonly string[],
  signal: AbortSignal,
  changed?: string,
): AsyncGenerator<SourcePage> {
  const from = { directory, connection, tree, attributesToRead }
  for (const i of connection.users.locations.keys()) yield* readLocation(from, i, signal, changed)
}

/** The same of one location, by its position. @throws as {@link readUsers} */
export async function* readLocation(
  {
    directory,
    connection,
    tree,
    attributesToRead,
  }: {
    readonly directory: Pick<Directory, 'scan'>
    readonly connection: ConnectionConfig
    readonly tree: GroupTree
    readonly attributesToRead: readonly string[]
  },
  i: number,
  signal: AbortSignal,
  changed?: string,
): AsyncGenerator<SourcePage> {
  const { base, filter, group, nested } = connection.users.locations[i]!
  const inScope = group === undefined ? undefined : membersFilter(tree, { key: normaliseDn(group), dn: group, nested })
  const people = personFilter(connection.directory, filter)
  const search = {
    base,
    setting: `users.locations[${i}].base`,
    scope: 'sub' as const,
    filter: changed === undefined ? people : `(&${people}${changed})`,
    attributes: userAttributes(connection, tree, attributesToRead),
  }
  for await (const page of directory.scan(search, signal)) {
    const found = page.entries.map((entry) => toUser(entry, connection, tree))
    const users = inScope ? found.filter(inScope) : found
    yield { users, people: found, unidentified: page.unidentified, location: i }
  }
}

/** The attributes of an entry that mapping and membership go by. */
export function userAttributes(
  { directory }: ConnectionConfig,
  tree: GroupTree,
  attributesToRead: readonly string[],
): string[] {
  const { user } = directory.membership
  return [
    ...new Set([
      ...attributesToRead,
      ...(user ? [user] : []),
      ...(tree.namesUids ? ['uid'] : []),
      ...(directory.type === 'active-directory' ? ['primaryGroupID', 'objectSid'] : []),
    ]),
  ]
}

/** Tells who is in a group, whether the group says so, the user, or the user's primary group. */
export function membersFilter(tree: GroupTree, { key, nested }: GroupRoot): (user: SourceUser) => boolean {
  const members = tree.membersOf(key, nested)
  const groups = tree.groupsBelow(key, nested)
  return (user) =>
    user.keys.some((one) => members.has(one)) ||
    user.memberOf.some((one) => groups.has(one)) ||
    (user.primary !== undefined && groups.has(user.primary))
}

export function toUser(entry: Entry, { directory }: ConnectionConfig, tree: GroupTree): SourceUser {
  const texts = (name: string) => (entry.attributes.get(name.toLowerCase()) ?? []).filter((v) => typeof v === 'string')
  const { user } = directory.membership
  return {
    entry,
    keys: [normaliseDn(entry.dn), ...(tree.namesUids ? texts('uid').map(uidKey) : [])],
    memberOf: user === false ? [] : texts(user).map(normaliseDn),
    primary: directory.type === 'active-directory' ? primaryGroup(entry, tree) : undefined,
  }
}

/** An account and its primary group are of one domain, and `primaryGroupID` is the group's RID ([MS-ADA3]). */
function primaryGroup({ attributes }: Entry, tree: GroupTree): string | undefined {
  const [bytes] = attributes.get('objectsid') ?? []
  const [id] = attributes.get('primarygroupid') ?? []
  const account = Buffer.isBuffer(bytes) ? parseSid(bytes) : undefined
  return account && typeof id === 'string' ? tree.withSid({ domain: account.domain, rid: Number(id) }) : undefined
}
