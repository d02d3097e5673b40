import type { DesiredGroup } from '@provisioner/shared/desired.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change, EntityPlan } from './change.ts'

/** What the directory says of one group. */
export interface WantedGroup {
  readonly id: string
  readonly dn: string
  readonly name: string
  /** Further names that the directory has for it, in the server's order. */
  readonly otherNames?: readonly string[]
}

/** All names that an entry gives its group, the one that counts for now first. */
export function namesOf({ name, otherNames = [] }: WantedGroup): string[] {
  return [name, ...otherNames]
}

/**
 * The group under the one of its names that counts:
 *
 *   the directory has | the ledger: applied, else released | Zendesk has, free | counts
 *   ------------------|------------------------------------|-------------------|-------
 *   a, b              | b                                  | anything          | b
 *   a, b              | c, none                            | b                 | b, unless it is linked: then a
 *   a, b              | c, none                            | none              | a, the first as the server gives them
 */
export function nameOf(
  wanted: WantedGroup,
  record: GroupRecord | undefined,
  isFree: (name: string) => boolean,
): WantedGroup {
  if (!wanted.otherNames?.length) return wanted
  const names = namesOf(wanted)
  const known = [record?.applied?.name, record?.desired?.name].flatMap(
    (held) => names.find((name) => name.toLowerCase() === held?.toLowerCase()) ?? [],
  )
  const name = known[0] ?? (record?.applied ? undefined : names.find(isFree)) ?? wanted.name
  return { ...wanted, name, otherNames: names.filter((one) => one !== name) }
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
  /** Its owner is about to give the name up. */
  readonly leaves?: boolean
  /** The entry that has left, or whose connection is no more: the group is taken over from it. */
  readonly from?: { readonly connection: string; readonly id: string; readonly origin: 'created' | 'adopted' }
}

/**
 * What a group's entry asks for. A name that another group is about to give up is waited for by the worker.
 *
 *   directory | ledger, Zendesk                          | change
 *   ----------|------------------------------------------|--------------------------------
 *   present   | not linked, one of that name, free       | link; rename when only the case differs
 *   present   | not linked, none, or it gives the name up| create
 *   present   | not linked, several of that name         | none; reported
 *   present   | not linked, owned by another entry       | none; reported
 *   present   | linked, other name, free or given up     | rename
 *   present   | linked, other name, taken                | none; reported
 *
 * `sameName` are Zendesk's groups of the wanted name; undefined when Zendesk was not asked. A refusal of the name by
 * the worker, who looked later than an earlier cycle, is judged anew; while it stands, the worker's report does.
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
  const refused = isNameRefused(record)
  const change = (operation: 'create group' | 'rename group') =>
    ({ ...about, operation, desired, changed: ['name'], cleared: [], ...(refused && { anew: true }) }) as const
  const reported = (problem: Problem): EntityPlan => ({ problems: refused ? [] : [problem] })
  if (record?.applied) {
    if (!needsName(wanted, record)) return { problems: [] }
    if (!policy.actions.rename) return { switchedOff: 'rename group', problems: [] }
    const taken = sameName?.find((group) => group.zendeskId !== record.zendeskId && group.leaves !== true)
    if (taken) return reported(nameTaken(wanted, record.applied.name, taken))
    return { change: change('rename group'), problems: [] }
  }
  if (!needsName(wanted, record)) return { problems: [] }
  const free = (sameName ?? []).filter((group) => group.owner === null)
  if (free.length > 1) return reported(severalOfOneName(wanted, free))
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
    return { link, change: change('rename group'), problems: [] }
  }
  const owned = sameName?.find((group) => group.leaves !== true)
  if (owned) return reported(ownedByAnother(wanted, owned))
  if (!policy.actions.create) return { switchedOff: 'create group', problems: [] }
  return { change: change('create group'), problems: [] }
}

/** Whether the group's name in Zendesk is neither the wanted one nor about to be. */
export function needsName(wanted: WantedGroup, record: GroupRecord | undefined): boolean {
  if (!record || isNameRefused(record)) return true
  const waits = record.revision > record.appliedRevision
  if (!waits) return record.applied?.name !== wanted.name || record.desired?.presence === 'deleted'
  return record.desired?.presence !== 'active' || record.desired.name !== wanted.name
}

const NAME_REFUSALS: readonly string[] = ['GROUP_NAME_TAKEN', 'GROUP_AMBIGUOUS', 'GROUP_OWNED']

function isNameRefused(record: GroupRecord | undefined): boolean {
  return record?.rejection != null && NAME_REFUSALS.includes(record.rejection.code)
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
 *
 * A deletion that is released already is not planned again.
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
  if (record.revision > record.appliedRevision && record.desired?.presence === 'deleted') return { problems: [] }
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

function nameTaken(wanted: WantedGroup, current: string, { zendeskId, owner }: FoundGroup): Problem {
  const whose = owner === null ? 'nobody here manages it' : `it belongs to ${owner.replace('|', "'s entry ")}`
  return {
    code: 'GROUP_NAME_TAKEN',
    subject: 'group',
    id: wanted.id,
    dn: wanted.dn,
    attribute: 'name',
    what: `Zendesk has a group named '${wanted.name}' already (${zendeskId}, ${whose}); '${current}' keeps its name`,
    todo: 'Rename or delete that group in Zendesk, or give the directory group another name',
  }
}
