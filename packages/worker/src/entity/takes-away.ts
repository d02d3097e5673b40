import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { isLowerRole } from '@provisioner/shared/role-rank.ts'
import type { OpenJob } from './open-job.ts'

/**
 * Whether what is released of an entity takes something away: a suspension or a deletion, whatever its job was once
 * for, and a lower role.
 */
export function takesAway({ ref, record }: Pick<OpenJob, 'ref' | 'record'>): boolean {
  if (record.desired?.presence !== 'active') return true
  if (ref.kind !== 'user') return false
  const { desired, applied } = record as UserRecord
  return isLowerRole(desired?.attributes['role'], applied?.attributes['role'])
}
