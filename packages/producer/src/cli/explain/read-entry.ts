import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { roleIndex } from '../../cycle/member-index.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { roleGroupsOf } from '../../cycle/user-policy.ts'
import { normaliseDn } from '../../directory/dn.ts'
import type { Entry } from '../../directory/entry.ts'
import { expiresAt } from '../../mapping/account-expiry.ts'
import type { Explanation } from '../../mapping/mapping.ts'
import { statusOf } from '../../mapping/status.ts'
import { readGroups, type DirectoryGroups } from '../../source/read-groups.ts'
import { toUser, userAttributes, type SourceUser } from '../../source/read-users.ts'
import { scopeOfEntry, type Scope } from '../../source/scope-of-entry.ts'
import { withLookedUp } from '../explain-lookups.ts'
import { isGroupEntry, objectClassesOf } from '../find-entries.ts'

/** Thrown for an entry that shows no id: nothing can be keyed on it. */
export class EntryUnidentifiedError extends ProvisioningError {
  override name = 'EntryUnidentifiedError' as const
  override readonly code = 'ID_MISSING' as const

  constructor(dn: string, attribute: string) {
    super(
      `'${dn}' shows no single value in '${attribute}', the configured id (directory.id): nothing can be keyed on it. ` +
        'Let the bind DN read it, or name another immutable attribute',
    )
  }
}

interface AnyEntry {
  readonly entry: Entry
  readonly objectClasses: readonly string[]
  readonly groups: DirectoryGroups
}

/** A person's entry, and what the connection makes of it. */
export interface PersonEntry extends AnyEntry {
  readonly kind: 'user'
  readonly user: SourceUser
  readonly scope: Scope
  /** What says that it is disabled, or that nobody knows: the attribute, and its values unless they are masked. */
  readonly disabledBy: string | null
  /** When its account expires, or has, ms since the epoch. */
  readonly expiresAt: number | null
  readonly mapping: Explanation
}

/** A group's entry, and what the connection makes of it. */
export interface GroupEntry extends AnyEntry {
  readonly kind: 'group'
  /** Its name in Zendesk; null when the connection does not manage it. */
  readonly name: string | null
  /** Keys of its members, those of nested groups included where they count. */
  readonly members: ReadonlySet<string>
  /** Why it is not managed; nothing when it is. */
  readonly outOfScope: readonly string[]
}

/** Where entries are read, and the connection's groups, which may be read meanwhile. */
export type EntrySources = Pick<PlanSources, 'directory' | 'connection' | 'mapping' | 'names' | 'reader'> & {
  readonly groupsRead: Promise<DirectoryGroups>
}

/** Begins to read the connection's groups: what goes wrong is told to who needs them. */
export function readingGroups(
  { directory, connection }: Pick<PlanSources, 'directory' | 'connection'>,
  signal: AbortSignal,
): Promise<DirectoryGroups> {
  const groups = readGroups(directory, connection, roleGroupsOf(connection.users), signal)
  groups.catch(() => {})
  return groups
}

/**
 * Reads one entry as a cycle would, and maps it; undefined when the directory does not have it.
 *
 * @throws EntryUnidentifiedError, and whatever the directory throws
 */
export async function readEntry(
  { directory, connection, mapping, names, reader, groupsRead }: EntrySources,
  dn: string,
  signal: AbortSignal,
): Promise<PersonEntry | GroupEntry | undefined> {
  const there = await directory.read(dn, ['objectClass'], signal)
  if (there.status === 'unidentified') throw new EntryUnidentifiedError(dn, connection.directory.id)
  if (there.status !== 'found') return undefined
  const groups = await groupsRead
  const objectClasses = objectClassesOf(there.entry)
  if (isGroupEntry(there.entry, connection))
    return { kind: 'group', entry: there.entry, objectClasses, groups, ...groupOf(groups, there.entry) }
  const attributes = userAttributes(connection, groups.tree, mapping.attributesToRead)
  const whole = await directory.read(dn, attributes, signal)
  const { entry } = whole.status === 'found' ? whole : there
  const user = toUser(entry, connection, groups.tree)
  const roles = roleIndex(groups)(user)
  const [scope, explained] = await Promise.all([
    scopeOfEntry(directory, connection, groups.tree, user, signal),
    mapping.explain(entry, { groupsOf: () => roles, now: Date.now() }),
  ])
  await names.recall(Date.now())
  const attributesOfUser = await withLookedUp(explained.attributes, {
    lookups: names.atHand.lookups,
    reader,
    read: (other) => directory.read(other, attributes, signal),
    isInScope: async (other) => {
      const one = toUser(other, connection, groups.tree)
      return (await scopeOfEntry(directory, connection, groups.tree, one, signal)).location !== null
    },
  })
  return {
    kind: 'user',
    entry,
    objectClasses,
    groups,
    user,
    scope,
    disabledBy: disabledBy(entry, connection),
    expiresAt: expiresAt(entry, connection.directory.expires),
    mapping: { ...explained, attributes: attributesOfUser },
  }
}

function groupOf({ managed, tree, roots, nameless }: DirectoryGroups, { id, dn }: Entry) {
  const at = managed.findIndex((group) => group.id === id)
  const { key, nested } = roots.managed[at] ?? { key: normaliseDn(dn), nested: false }
  const members = tree.membersOf(key, nested)
  if (at >= 0) return { name: managed[at]!.name, members, outOfScope: [] }
  const why = nameless.some((group) => group.id === id)
    ? 'it has no value in groups.match'
    : 'no location of groups.locations has it'
  return { name: null, members, outOfScope: [why] }
}

/** `employeeStatus: left`; null for who is not disabled. */
function disabledBy(entry: Entry, { directory, users }: ConnectionConfig): string | null {
  const { disabled, attribute } = statusOf(entry, directory, Date.now())
  if (disabled === false || attribute === undefined) return null
  const values = entry.attributes.get(attribute.toLowerCase()) ?? []
  const isMasked = readByMasked(users.map).has(attribute.toLowerCase())
  const shown = values.map((value) => (isMasked ? '***' : Buffer.isBuffer(value) ? `<${value.length} bytes>` : value))
  return `${attribute}: ${shown.join(', ') || 'no value'}`
}

/** Names of the directory's attributes, in lower case, whose values reach an attribute of Zendesk's that is masked. */
function readByMasked({ user_fields: fields = {}, ...map }: ConnectionConfig['users']['map']): Set<string> {
  const masked = [...Object.values(map), ...Object.values(fields)].filter((mapping) => mapping?.masked)
  return new Set(masked.flatMap((mapping) => mapping?.from ?? []).map((name) => name.toLowerCase()))
}
