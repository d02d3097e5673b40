import {
  describeNameRefusal,
  judgeGroupName,
  NAME_REFUSALS,
  type NamedGroup,
  type NameVerdict,
} from '@provisioner/shared/adoption/group-name.ts'
import type { DesiredGroup, GroupAtCreation } from '@provisioner/shared/desired.ts'
import type { OwnerRef } from '@provisioner/shared/ledger/owner.ts'
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
  readonly atCreation?: GroupAtCreation
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
export interface FoundGroup extends NamedGroup {
  /** The entry that has left, or whose connection is no more: the group is taken over from it. */
  readonly from?: OwnerRef & { readonly origin: 'created' | 'adopted' }
}

/**
 * What a group's entry asks for. Whose a name is says `judgeGroupName`; one that another group is about to give up is
 * waited for by the worker.
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
  const others = (sameName ?? []).filter((group) => !record?.applied || group.zendeskId !== record.zendeskId)
  const verdict = judgeGroupName(others, { isLinked: record?.applied != null })
  const reported = (refusal: Extract<NameVerdict<FoundGroup>, { status: 'refused' }>): EntityPlan => ({
    problems: refused ? [] : [nameRefused(wanted, record, refusal)],
  })
  if (record?.applied) {
    if (!needsName(wanted, record)) return { problems: [] }
    if (!policy.actions.rename) return { switchedOff: 'rename group', problems: [] }
    if (verdict.status === 'refused') return reported(verdict)
    return { change: change('rename group'), problems: [] }
  }
  if (!needsName(wanted, record)) return { problems: [] }
  if (verdict.status === 'refused') return reported(verdict)
  if (verdict.status === 'link') {
    const one = verdict.group
    const applied = { presence: 'active' as const, name: one.name }
    const same = one.name === wanted.name
    const link = {
      ...about,
      zendeskId: one.zendeskId,
      applied,
      suspendedByUs: false,
      ...takenFrom(one),
      inSync: same ? desired : null,
    }
    if (same) return { link, problems: [] }
    if (!policy.actions.rename) return { link, switchedOff: 'rename group', problems: [] }
    return { link, change: change('rename group'), problems: [] }
  }
  if (!policy.actions.create) return { switchedOff: 'create group', problems: [] }
  const { atCreation } = wanted
  const creation = change('create group')
  return { change: atCreation ? { ...creation, desired: { ...desired, atCreation } } : creation, problems: [] }
}

/** Whether the group's name in Zendesk is neither the wanted one nor about to be. */
export function needsName(wanted: WantedGroup, record: GroupRecord | undefined): boolean {
  if (!record || isNameRefused(record)) return true
  const waits = record.revision > record.appliedRevision
  if (!waits) return record.applied?.name !== wanted.name || record.desired?.presence === 'deleted'
  return record.desired?.presence !== 'active' || record.desired.name !== wanted.name
}

function isNameRefused(record: GroupRecord | undefined): boolean {
  const code = record?.rejection?.code
  return NAME_REFUSALS.some((one) => one === code)
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

function nameRefused(
  { id, dn, name }: WantedGroup,
  record: GroupRecord | undefined,
  refusal: Extract<NameVerdict<FoundGroup>, { status: 'refused' }>,
): Problem {
  const words = describeNameRefusal(refusal, { name, current: record?.applied?.name })
  return { subject: 'group', id, dn, attribute: 'name', ...words }
}
