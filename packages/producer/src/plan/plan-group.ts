import type { DesiredGroup } from '@provisioner/shared/desired.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change, EntityPlan } from './change.ts'

/** What the directory says of one group. */
export interface WantedGroup {
  readonly id: string
  readonly dn: string
  readonly name: string
}

export interface GroupPolicy {
  readonly actions: { readonly create: boolean; readonly rename: boolean }
  readonly remove: 'delete-created' | 'delete-all' | 'ignore'
}

/** A group as Zendesk lists it. */
export interface FoundGroup {
  readonly zendeskId: number
  readonly name: string
  /** The entry that owns it already, as `connection|directory id`; null when nobody does. */
  readonly owner: string | null
  /** The entry of a connection that is no more: the group is taken over from it. */
  readonly from?: { readonly connection: string; readonly id: string; readonly origin: 'created' | 'adopted' }
}

/**
 * What a group's entry asks for.
 *
 *   directory | ledger, Zendesk                     | change
 *   ----------|-------------------------------------|--------------------------------
 *   present   | not linked, one of that name, free  | link; rename when only the case differs
 *   present   | not linked, none of that name       | create
 *   present   | not linked, several of that name    | none; reported
 *   present   | not linked, owned by another entry  | none; reported
 *   present   | linked, other name                  | rename
 *
 * `sameName` are Zendesk's groups of the wanted name; undefined when Zendesk was not asked.
 */
export function planGroup(
  {
    wanted,
    record,
    sameName,
  }: { wanted: WantedGroup; record: GroupRecord | undefined; sameName: readonly FoundGroup[] | undefined },
  policy: GroupPolicy,
): EntityPlan {
  const about = { kind: 'group' as const, id: wanted.id, dn: wanted.dn, label: wanted.name }
  const desired: DesiredGroup = { presence: 'active', name: wanted.name }
  if (record?.applied) {
    const waitsFor = record.revision > record.appliedRevision ? (record.desired?.name ?? '') : record.applied.name
    const present = record.desired === null || record.desired.presence === 'active'
    if (waitsFor === wanted.name && present) return { problems: [] }
    if (!policy.actions.rename) return { switchedOff: 'rename group', problems: [] }
    return { change: { ...about, operation: 'rename group', desired, changed: ['name'], cleared: [] }, problems: [] }
  }
  const free = (sameName ?? []).filter((group) => group.owner === null)
  if (free.length > 1) return { problems: [severalOfOneName(wanted, free)] }
  const [one] = free
  if (one) {
    const applied = { presence: 'active' as const, name: one.name }
    const same = one.name === wanted.name
    const link = {
      ...about,
      zendeskId: one.zendeskId,
      applied,
      suspendedByUs: false,
      ...takenFrom(one),
      inStep: same ? desired : null,
    }
    if (same) return { link, problems: [] }
    if (!policy.actions.rename) return { link, switchedOff: 'rename group', problems: [] }
    return {
      link,
      change: { ...about, operation: 'rename group', desired, changed: ['name'], cleared: [] },
      problems: [],
    }
  }
  const [owned] = sameName ?? []
  if (owned) return { problems: [ownedByAnother(wanted, owned)] }
  if (!policy.actions.create) return { switchedOff: 'create group', problems: [] }
  return { change: { ...about, operation: 'create group', desired, changed: ['name'], cleared: [] }, problems: [] }
}

function takenFrom({ from }: FoundGroup) {
  return from && { origin: from.origin, from: { connection: from.connection, id: from.id } }
}

/**
 * What happens to a group whose entry is gone or out of the filter.
 *
 *   remove          | created by us | adopted
 *   ----------------|---------------|---------
 *   delete-created  | delete        | stays
 *   delete-all      | delete        | delete
 *   ignore          | stays         | stays
 */
export function planGroupRemoval(
  record: GroupRecord,
  cause: 'deleted' | 'out of scope',
  policy: GroupPolicy,
): EntityPlan {
  const about = { kind: 'group' as const, id: record.id, dn: record.dn, label: record.label }
  const neverWritten = record.applied === null
  if (
    !neverWritten &&
    (policy.remove === 'ignore' || (policy.remove === 'delete-created' && record.origin !== 'created'))
  )
    return { switchedOff: 'delete group', problems: [] }
  const change: Change = {
    ...about,
    operation: 'delete group',
    desired: { presence: 'deleted', name: record.applied?.name ?? record.label },
    changed: [],
    cleared: [],
    ...(!neverWritten && { removal: { category: 'groups' as const, cause } }),
  }
  return { change, problems: [] }
}

/** Entries of one name: neither is newly applied, since one Zendesk group can't follow two. */
export function nameConflicts(wanted: readonly WantedGroup[]): Map<string, Problem> {
  const byName = Map.groupBy(wanted, (group) => group.name.toLowerCase())
  const problems = new Map<string, Problem>()
  for (const same of byName.values()) {
    if (same.length < 2) continue
    for (const group of same) {
      const others = same.filter((other) => other !== group).map((other) => other.dn)
      problems.set(group.id, {
        code: 'GROUP_NAME_TWICE',
        subject: 'group',
        id: group.id,
        dn: group.dn,
        attribute: 'name',
        what: `The directory has several groups named '${group.name}': also ${others.join(', ')}`,
        todo: 'Rename all but one of them, or narrow groups.locations',
      })
    }
  }
  return problems
}

function severalOfOneName(wanted: WantedGroup, groups: readonly FoundGroup[]): Problem {
  return {
    code: 'GROUP_AMBIGUOUS',
    subject: 'group',
    id: wanted.id,
    dn: wanted.dn,
    attribute: 'name',
    what: `Zendesk has ${groups.length} groups named '${wanted.name}' (${groups.map((g) => g.zendeskId).join(', ')}); none was linked`,
    todo: 'Rename or delete all but one of them in Zendesk',
  }
}

function ownedByAnother(wanted: WantedGroup, group: FoundGroup): Problem {
  return {
    code: 'GROUP_OWNED',
    subject: 'group',
    id: wanted.id,
    dn: wanted.dn,
    attribute: 'name',
    what: `Zendesk's group '${wanted.name}' (${group.zendeskId}) belongs to ${String(group.owner).replace('|', "'s entry ")} already`,
    todo: 'Give the two directory groups different names, or take one of them out of groups.locations',
  }
}
