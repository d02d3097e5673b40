import type { DesiredUser } from '@provisioner/shared/desired.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { appliedRole, isTeamRole, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Change } from '../plan/change.ts'

/** Zendesk drops a user's memberships when the change deletes the user, or makes them an end user. */
export function dropsMemberships({ kind, desired }: Pick<Change, 'kind' | 'desired'>): boolean {
  if (kind !== 'user') return false
  const { presence, attributes } = desired as DesiredUser
  return presence === 'deleted' || (attributes['role'] !== undefined && !isTeamRole(attributes['role']))
}

/**
 * Users whose deletion or lower role is released and not applied: with it Zendesk drops their memberships by itself. Or
 * it was applied since their memberships were read.
 */
export async function usersGoing(
  reader: LedgerReader,
  members: readonly string[],
  touched: ReadonlySet<string>,
): Promise<Set<string>> {
  const ids = [...new Set(members)]
  const records = await reader.records<UserRecord>('user', ids)
  const isGoing = (id: string, record: UserRecord | undefined) => {
    if (!record || !isTeamRole(appliedRole(record))) return touched.has(formatEntityMember({ kind: 'user', id }))
    if (!record.desired || record.revision <= record.appliedRevision) return false
    return dropsMemberships({ kind: 'user', desired: record.desired })
  }
  return new Set(ids.filter((id, i) => isGoing(id, records[i])))
}
