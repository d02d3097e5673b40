import type { Kind } from '@provisioner/shared/entity.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { UserAudit } from './audit-users.ts'

/**
 * What the audit of users found, as far as it still holds: with `repair`, any attribute that somebody else has changed
 * counts as what Zendesk holds, and not only who the user is and what they may do.
 */
export async function usersAsAudited(
  reader: LedgerReader,
  audit: UserAudit,
  mode: 'report' | 'repair',
): Promise<UserAudit> {
  const gone = await stillAsAudited(reader, 'user', audit.gone)
  const differing = await stillAsAudited(reader, 'user', audit.differing)
  const drifted = await stillAsAudited(reader, 'user', audit.drifted)
  return { ...audit, gone, drifted, differing: mode === 'repair' ? new Map([...differing, ...drifted]) : differing }
}

/**
 * Of what an audit found, that about records which are as they were looked at. Whoever was released, written or linked
 * since is another than Zendesk showed: what was seen of them must undo nothing.
 */
export async function stillAsAudited<R extends LedgerRecord>(
  reader: LedgerReader,
  kind: Kind,
  found: ReadonlyMap<string, R>,
): Promise<Map<string, R>> {
  const audited = [...found]
  const records = await reader.records(
    kind,
    audited.map(([id]) => id),
  )
  return new Map(
    audited.filter(([, { revision, appliedRevision, zendeskId }], i) => {
      const record = records[i]
      return (
        record?.revision === revision && record.appliedRevision === appliedRevision && record.zendeskId === zendeskId
      )
    }),
  )
}
