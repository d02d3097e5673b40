import { membershipSides } from '@provisioner/shared/entity.ts'
import type { EntityName } from '@provisioner/shared/ledger/entity-member.ts'

/** Whether something is about a user or a group: they themselves, or a membership of theirs. */
export function isAbout(one: EntityName, about: EntityName): boolean {
  if (one.kind === about.kind) return one.id === about.id
  if (one.kind !== 'membership') return false
  const { groupId, userId } = membershipSides(one.id)
  return about.id === (about.kind === 'user' ? userId : groupId)
}
