import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { FoundGroup, GroupPolicy, WantedGroup } from '../plan/plan-group.ts'

interface Naming {
  readonly wanted: WantedGroup
  readonly record: GroupRecord | undefined
}

/**
 * Zendesk's groups of the name that an entry wants, as they are for that entry:
 *
 *   owner of the group                              | for the entry
 *   ------------------------------------------------|-------------------------------------------------------
 *   an entry that wants another name and can get it | owned, and leaving the name
 *   an entry that is gone from the directory        | taken over by an entry that is not linked, else owned
 *   anybody else                                    | as found
 *
 * @param naming the entries whose groups need a name
 * @param found Zendesk's groups by lower-case name
 */
export async function nameCandidates(
  naming: readonly Naming[],
  {
    entries,
    found,
    reader,
    presentGroups,
    policy,
  }: {
    /** All entries that may have the names they want. */
    entries: readonly Naming[]
    found: ReadonlyMap<string, readonly FoundGroup[]>
    reader: LedgerReader
    presentGroups: ReadonlySet<string>
    policy: GroupPolicy
  },
): Promise<(wanted: WantedGroup, record: GroupRecord | undefined) => FoundGroup[]> {
  const named = (name: string) => found.get(name.toLowerCase()) ?? []
  const ours = ({ owner }: FoundGroup) => idWithin(reader.connection, owner)

  const leaving = leavingEntries(entries, named, ours, policy)
  const gone = naming
    .filter(({ record }) => !record?.applied)
    .flatMap(({ wanted }) => named(wanted.name).flatMap((group) => ours(group) ?? []))
    .filter((id) => !presentGroups.has(id))
  const origins = new Map(
    (await reader.records<GroupRecord>('group', gone)).map((record, i) => [gone[i], record?.origin ?? 'adopted']),
  )
  return (wanted, record) =>
    named(wanted.name).map((group) => {
      const id = ours(group)
      const origin = record?.applied ? undefined : origins.get(id)
      if (id !== undefined && origin)
        return { ...group, owner: null, from: { connection: reader.connection, id, origin } }
      return { ...group, leaves: id !== undefined && leaving.has(id) }
    })
}

/** Entries whose groups give up their names: those that want another one, less those that can't get it. */
function leavingEntries(
  entries: readonly Naming[],
  named: (name: string) => readonly FoundGroup[],
  ours: (group: FoundGroup) => string | undefined,
  policy: GroupPolicy,
): Set<string> {
  const renamed = entries.filter(
    ({ wanted, record }) =>
      policy.actions.rename && record?.applied && record.applied.name.toLowerCase() !== wanted.name.toLowerCase(),
  )
  const leaving = new Set(renamed.map(({ wanted }) => wanted.id))
  const isBlocked = ({ wanted, record }: Naming) =>
    named(wanted.name).some((group) => group.zendeskId !== record?.zendeskId && !leaving.has(ours(group) ?? ''))
  for (
    let blocked: Naming[];
    (blocked = renamed.filter((one) => leaving.has(one.wanted.id) && isBlocked(one))).length > 0;
  )
    for (const { wanted } of blocked) leaving.delete(wanted.id)
  return leaving
}
