import type { Kind } from '@provisioner/shared/entity.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { UserAudit } from './audit-users.ts'
import { markGivenUp, withoutGivenUp } from './repairs.ts'

/**
 * What the audit of users found, as far as it still holds: with `repair`, any attribute that somebody else has changed
 * counts as what Zendesk holds, and not only who the user is and what they may do, but for what is given up.
 * @param now ms since the epoch
 */
export async function usersAsAudited(
  reader: LedgerReader,
  audit: UserAudit,
  mode: 'report' | 'repair',
  now: number,
): Promise<UserAudit> {
  const gone = await stillAsAudited(reader, 'user', audit.gone)
  const differing = await stillAsAudited(reader, 'user', audit.differing)
  const found = await stillAsAudited(reader, 'user', audit.drifted)
  if (mode === 'report' || found.size === 0) return { ...audit, gone, drifted: found, differing }
  const repairs = await reader.repairs()
  const drifted = new Map([...found].map(([id, user]) => [id, markGivenUp(user, repairs.get(id), now)]))
  const planned = [...drifted].map(([id, user]) => [id, withoutGivenUp(user)] as const)
  const differingToo = planned.filter(([, { drift }]) => drift.length > 0)
  return { ...audit, gone, drifted, differing: new Map([...differing, ...differingToo]) }
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
