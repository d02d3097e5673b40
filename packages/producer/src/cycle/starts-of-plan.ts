import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import type { Applied } from '@provisioner/shared/ledger/record.ts'
import type { Change } from '../plan/change.ts'

/** What changes start from: `kind|id` → the attributes that Zendesk holds, as far as the plan knows them. */
export type Starts = ReadonlyMap<string, UserAttributes>

/**
 * Looks up what Zendesk holds of what is changed: of what a link finds, what was found, else what was last written. Of
 * creations and memberships there is nothing.
 */
export async function startsOf(
  { released, links }: { readonly released: readonly Change[]; readonly links: readonly Link[] },
  reader: Pick<LedgerReader, 'records'>,
): Promise<Starts> {
  const starts = new Map<string, UserAttributes>()
  for (const link of links) if (link.applied) starts.set(formatEntityMember(link), attributesOf(link.applied))
  for (const kind of ['user', 'group'] as const) {
    const ids = released.flatMap((change) =>
      change.kind === kind && !change.operation.startsWith('create') && !starts.has(formatEntityMember(change))
        ? [change.id]
        : [],
    )
    const records = await reader.records(kind, ids)
    for (const [i, id] of ids.entries())
      if (records[i]?.applied) starts.set(formatEntityMember({ kind, id }), attributesOf(records[i].applied))
  }
  return starts
}

/** As attributes, what is no attribute of Zendesk's own included: whether somebody is suspended. */
function attributesOf(applied: Applied): UserAttributes {
  if ('attributes' in applied) return { ...applied.attributes, suspended: applied.presence === 'suspended' }
  return 'name' in applied ? { name: applied.name } : {}
}
