import { membershipSides } from '@provisioner/shared/entity.ts'
import { type DecidedChange, stateOf } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember, parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'

/** Of approved changes, the new members whose group or user is held and not approved: they go out after that. */
export function waitingMembers(
  approved: readonly DecidedChange[],
  changes: readonly DecidedChange[],
): readonly DecidedChange[] {
  const approvedKeys = new Set(approved.map(({ key }) => key))
  const keptOut = new Set(
    changes
      .filter((change) => !approvedKeys.has(change.key) && stateOf(change) !== 'approved')
      .map(({ key }) => parseHeldKey(key))
      .filter(({ kind, part }) => kind !== 'membership' && (part === undefined || part === 'link'))
      .map(formatEntityMember),
  )
  return approved.filter(({ key, operation }) => {
    const { kind, id } = parseHeldKey(key)
    if (kind !== 'membership' || operation !== 'add member') return false
    const { groupId, userId } = membershipSides(id)
    return [{ kind: 'group', id: groupId } as const, { kind: 'user', id: userId } as const].some((side) =>
      keptOut.has(formatEntityMember(side)),
    )
  })
}
