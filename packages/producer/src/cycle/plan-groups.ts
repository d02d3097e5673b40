import type { Link } from '@provisioner/shared/ledger/planned.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { asKnown, auditedLink, type EntityPlan } from '../plan/change.ts'
import {
  nameConflicts,
  nameOf,
  needsName,
  planGroup,
  planGroupRemoval,
  type FoundGroup,
  type GroupPolicy,
  type WantedGroup,
} from '../plan/plan-group.ts'
import type { GroupAudit } from './audit-groups.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { nameCandidates } from './name-candidates.ts'
import { unreadEntry } from './unread-entries.ts'

export interface GroupsPlan {
  readonly plans: ReadonlyMap<string, EntityPlan>
  /** Managed groups whose memberships are ours to keep: linked, to be linked, or to be created. */
  readonly active: readonly (WantedGroup & { readonly zendeskId: number | null })[]
  /** Groups that are being deleted; their memberships go with them. */
  readonly deleted: ReadonlySet<string>
  /** Ids of groups of which nobody knows whether their entries are gone: they stay as they are. */
  readonly unread: ReadonlySet<string>
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
  /** Zendesk's groups by lower-case name; entries for which it is not yet time are left out of the plan. */
  find: (wanted: readonly WantedGroup[]) => Promise<{
    readonly found: ReadonlyMap<string, readonly FoundGroup[]>
    readonly notNow: ReadonlySet<string>
  }>
  /** Whether the directory still has an entry that left the filter; `unread` when that can't be told. */
  stillThere: (record: GroupRecord) => Promise<boolean | 'unread'>
}): Promise<GroupsPlan> {
  const plans = new Map<string, EntityPlan>()
  const active: (WantedGroup & { zendeskId: number | null })[] = []
  const deleted = new Set<string>()

  const asHeld = (record: GroupRecord | undefined): GroupRecord | undefined => {
    const gone = record && audit.gone.get(record.id)
    if (gone) return { ...gone, applied: null, zendeskId: null, origin: null }
    return (record && audit.renamed.get(record.id)) ?? record
  }
  const records = await reader.records<GroupRecord>(
    'group',
    picture.groups.map((group) => group.id),
  )
  const stored = new Map(records.map((record) => [record?.id, record]))
  const read = picture.groups.map((group, i) => ({ group, record: asHeld(records[i]) }))
  const several = read.filter(({ group, record }) => group.otherNames?.length && !record?.applied)
  const { found: there } = await find(several.map(({ group }) => group))
  const isFree = (name: string) => there.get(name.toLowerCase())?.some(({ owner }) => owner === null) === true
  const entries = read.map(({ group, record }) => ({ wanted: nameOf(group, record, isFree), record }))
  const conflicts = nameConflicts(entries.map(({ wanted }) => wanted))
  const naming = entries.filter(({ wanted, record }) => !conflicts.has(wanted.id) && needsName(wanted, record))
  const { found, notNow } = await find(naming.map(({ wanted }) => wanted))
  const candidates =
    naming.length > 0
      ? await nameCandidates(naming, {
          entries: entries.filter(({ wanted }) => !conflicts.has(wanted.id)),
          found,
          reader,
          presentGroups: picture.presentGroups,
          policy,
        })
      : undefined
  const taken = new Set<string>()
  for (const { wanted, record } of entries) {
    const linked = record?.applied != null
    if (conflicts.has(wanted.id) || notNow.has(wanted.id)) {
      if (linked) active.push({ ...wanted, name: record.label, zendeskId: record.zendeskId })
      continue
    }
    const plan = asKnown(
      planGroup({ wanted, record, sameName: candidates?.(wanted, record) }, policy),
      audit.gone.get(wanted.id) ?? stored.get(wanted.id),
    )
    plans.set(wanted.id, plan)
    if (plan.link?.from?.connection === reader.connection) taken.add(plan.link.from.id)
    if (linked || plan.link || plan.change || !needsName(wanted, record))
      active.push({ ...wanted, zendeskId: record?.zendeskId ?? plan.link?.zendeskId ?? null })
  }

  const unread = new Set<string>()
  let known = 0
  for await (const ids of reader.ids('group')) {
    known += ids.length
    const absent = ids.filter((id) => !picture.presentGroups.has(id) && !taken.has(id))
    for (const stored of await reader.records<GroupRecord>('group', absent)) {
      const record = asHeld(stored)
      if (!record) continue
      const there = await stillThere(record)
      if (there === 'unread') {
        plans.set(record.id, { problems: [unreadEntry(record, 'group')] })
        unread.add(record.id)
        continue
      }
      const plan = planGroupRemoval(record, there ? 'out of scope' : 'deleted', policy)
      plans.set(record.id, plan)
      if (plan.change) deleted.add(record.id)
    }
  }
  const gone = new Set(audit.gone.keys())
  const links = auditLinks(audit, plans)
  return { plans, active, deleted, unread, gone, links, known, problems: [...conflicts.values()] }
}

/** What the audit found, as links for the ledger. A plan with a link of its own already says it. */
function auditLinks({ gone, renamed }: GroupAudit, plans: ReadonlyMap<string, EntityPlan>): Link[] {
  return [
    ...[...gone.values()]
      .filter(({ id }) => !plans.get(id)?.link)
      .map((record) => ({ ...auditedLink(record), zendeskId: null, applied: null })),
    ...[...renamed.values()].map((record) => ({
      ...auditedLink(record),
      zendeskId: record.zendeskId,
      applied: record.applied,
      origin: record.origin ?? 'adopted',
    })),
  ]
}
