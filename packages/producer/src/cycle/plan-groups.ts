import type { Link } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { EntityPlan } from '../plan/change.ts'
import {
  nameConflicts,
  planGroup,
  planGroupRemoval,
  type FoundGroup,
  type GroupPolicy,
  type WantedGroup,
} from '../plan/plan-group.ts'
import type { GroupAudit } from './audit-groups.ts'
import type { DirectoryPicture } from './directory-picture.ts'

export interface GroupsPlan {
  readonly plans: ReadonlyMap<string, EntityPlan>
  /** Managed groups whose memberships are ours to keep: linked, to be linked, or to be created. */
  readonly active: readonly (WantedGroup & { readonly zendeskId: number | null })[]
  /** Groups that are being deleted; their memberships go with them. */
  readonly deleted: ReadonlySet<string>
  /** Groups that Zendesk has no more, with everybody's membership in them. */
  readonly gone: ReadonlySet<string>
  /** What the audit found out, for the ledger. */
  readonly links: readonly Link[]
  readonly known: number
  readonly problems: readonly Problem[]
}

/** Plans every managed group and every group that is gone or out of the filter. */
export async function planGroups({
  picture,
  reader,
  policy,
  audit,
  find,
  stillThere,
}: {
  picture: DirectoryPicture
  reader: LedgerReader
  policy: GroupPolicy
  audit: GroupAudit
  find: () => Promise<ReadonlyMap<string, readonly FoundGroup[]>>
  /** Whether the directory still has an entry that left the filter. */
  stillThere: (record: GroupRecord) => Promise<boolean>
}): Promise<GroupsPlan> {
  const plans = new Map<string, EntityPlan>()
  const active: (WantedGroup & { zendeskId: number | null })[] = []
  const deleted = new Set<string>()
  const conflicts = nameConflicts(picture.groups)

  const asHeld = (record: GroupRecord | undefined): GroupRecord | undefined => {
    if (record && audit.gone.has(record.id)) return { ...record, applied: null, zendeskId: null, origin: null }
    return (record && audit.renamed.get(record.id)) ?? record
  }
  const records = (
    await reader.records<GroupRecord>(
      'group',
      picture.groups.map((group) => group.id),
    )
  ).map(asHeld)
  const unlinked = picture.groups.some(
    (group, i) => !records[i]?.applied && !conflicts.has(group.id) && !isBeingCreated(records[i], group),
  )
  const sameName = unlinked ? await find() : undefined
  picture.groups.forEach((wanted, i) => {
    const record = records[i]
    const linked = record?.applied != null
    if (conflicts.has(wanted.id)) {
      if (linked) active.push({ ...wanted, name: record.label, zendeskId: record.zendeskId })
      return
    }
    const candidates =
      linked || isBeingCreated(record, wanted) ? undefined : (sameName?.get(wanted.name.toLowerCase()) ?? [])
    const plan = planGroup({ wanted, record, sameName: candidates }, policy)
    plans.set(wanted.id, plan)
    if (linked || plan.link || plan.change)
      active.push({ ...wanted, zendeskId: record?.zendeskId ?? plan.link?.zendeskId ?? null })
  })

  let known = 0
  for await (const ids of reader.ids('group')) {
    known += ids.length
    const absent = ids.filter((id) => !picture.presentGroups.has(id))
    for (const stored of await reader.records<GroupRecord>('group', absent)) {
      const record = asHeld(stored)
      if (!record) continue
      const plan = planGroupRemoval(record, (await stillThere(record)) ? 'out of scope' : 'deleted', policy)
      plans.set(record.id, plan)
      if (plan.change) deleted.add(record.id)
    }
  }
  const lost = await reader.records<GroupRecord>('group', [...audit.gone])
  const links = auditLinks(audit, plans, lost)
  return { plans, active, deleted, gone: audit.gone, links, known, problems: [...conflicts.values()] }
}

/** What the audit found out, for the ledger: a plan that links anew says it itself. */
function auditLinks(
  { gone, renamed }: GroupAudit,
  plans: ReadonlyMap<string, EntityPlan>,
  lost: readonly (GroupRecord | undefined)[],
): Link[] {
  const about = ({ id, dn, label }: GroupRecord) =>
    ({ kind: 'group', id, dn, label, suspendedByUs: false, inStep: null }) as const
  return [
    ...lost.flatMap((record) =>
      record && gone.has(record.id) && !plans.get(record.id)?.link
        ? [{ ...about(record), zendeskId: null, applied: null }]
        : [],
    ),
    ...[...renamed.values()].map((record) => ({
      ...about(record),
      zendeskId: record.zendeskId,
      applied: record.applied,
      origin: record.origin ?? 'adopted',
    })),
  ]
}

function isBeingCreated(record: GroupRecord | undefined, wanted: WantedGroup): boolean {
  return (
    record?.desired != null &&
    record.applied === null &&
    record.revision > record.appliedRevision &&
    record.desired.presence === 'active' &&
    record.desired.name === wanted.name
  )
}
