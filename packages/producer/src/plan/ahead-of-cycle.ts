import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import { mappedName } from '../mapping/named-attributes.ts'
import type { Change } from './change.ts'
import { allowed, limitOf } from './guard-limits.ts'

/** Attributes that others can claim as well, that groups decide, or that are no attribute of the mapping's. */
const OF_ALL: ReadonlySet<string> = new Set(['email', 'external_id', 'role', 'custom_role_id', 'suspended'])

const FIELD = 'user_fields.'

/**
 * Whether a user's change is as sure from the entry alone as it is from the whole directory.
 *
 *   change                                          | is it
 *   ------------------------------------------------|----------------------------------------------------------
 *   attributes with a value from one attribute of   | yes
 *   the entry each                                  |
 *   the suspension of a user whose entry shows that | yes; not with `emailReuse: relink`, for another entry may
 *   they are disabled                               | take the user over
 *   another address, external id or role            | no: others may have the address, groups decide the role
 *   a value that is emptied, or that another        | no: what is shown no more is judged by looking at everybody
 *   attribute, a default or an expression may give  |
 *   a restoration, or what takes back a change that | no: the attribute that says so may be hidden from everybody
 *   waits to be written                             |
 *   a creation, a deletion, a leaver without entry  | no
 *   groups and memberships                          | no
 */
export function provesItself(change: Change, { directory, users }: ConnectionConfig): boolean {
  const { kind, operation, changed, cleared, removal, consent, pending } = change
  if (kind !== 'user' || consent || cleared.length > 0 || changed.length === 0) return false
  if (operation === 'suspend user') {
    const { status } = directory
    // Where it is what an entry lacks that says so, it may only be hidden.
    const isShown = status === undefined || 'bit' in status || status.whenAbsent !== 'disabled'
    const isFirst = pending === undefined || pending.presence === 'active'
    return removal?.cause === 'disabled' && isShown && isFirst && users.emailReuse !== 'relink'
  }
  if (operation !== 'update user' || removal !== undefined || pending !== undefined) return false
  return changed.every((name) => !OF_ALL.has(name) && isOfOneAttribute(mappingOf(name, users.map)))
}

function mappingOf(name: string, map: ConnectionConfig['users']['map']): AttributeMapping | undefined {
  if (name.startsWith(FIELD)) return map.user_fields?.[name.slice(FIELD.length)]
  return (map as unknown as Readonly<Record<string, AttributeMapping | undefined>>)[mappedName(name)]
}

function isOfOneAttribute(mapping: AttributeMapping | undefined): boolean {
  if (mapping === undefined) return false
  const { from, expression, byGroup } = mapping
  return from.length === 1 && expression === undefined && mapping.default === undefined && byGroup === undefined
}

/** What the guard knows before changes go out ahead of a cycle. */
export interface BeforeCycle {
  readonly limits: ConnectionConfig['guard']
  /** Linked users in scope, or more. */
  readonly known: number
  /** What was released inside the window already, by category. */
  readonly used: ReadonlyMap<string, number>
  /** Categories of which something is held. */
  readonly held: ReadonlySet<string>
}

/**
 * The categories of which nothing goes out ahead: something of them is held, or more than half of their limit would be
 * used up. The guard judges a plan as a whole, and of a fault only a part is seen here: half of what it allows is left
 * for the rest. @param counted the category of each change, of one change in several of them
 */
export function closedCategories(
  counted: readonly { readonly category: GuardCategory }[],
  { limits, known, used, held }: BeforeCycle,
): Set<string> {
  const closed = new Set<string>()
  for (const [category, some] of Map.groupBy(counted, (one) => one.category)) {
    const limit = limitOf(category, limits)
    const half = limit ? Math.floor(allowed(limit, known) / 2) : Infinity
    if (held.has(category) || some.length + (used.get(category) ?? 0) > half) closed.add(category)
  }
  return closed
}
