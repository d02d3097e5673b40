import type { Account } from '../account.ts'
import type { GroupRecord } from '../records.ts'
import { notFound } from '../refusal.ts'

/** The group of this id that is not deleted. */
export function activeGroup(account: Account, id: number): GroupRecord {
  const group = account.groups.get(id)
  if (!group || group.deleted) throw notFound()
  return group
}
