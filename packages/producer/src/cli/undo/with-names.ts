import { membershipSides } from '@provisioner/shared/entity.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { WayBack } from './way-back.ts'

/**
 * The same, with people's names of memberships that went with their group or user: the history has the ids of these,
 * and the ledger knows who is still there.
 */
export async function withNames(way: WayBack, reader: Pick<LedgerReader, 'records'>): Promise<WayBack> {
  const sides = way.steps.flatMap(({ member }) => {
    const { kind, id } = parseEntityMember(member)
    return kind === 'membership' ? [membershipSides(id)] : []
  })
  const users = [...new Set(sides.map(({ userId }) => userId))]
  const groups = [...new Set(sides.map(({ groupId }) => groupId))]
  const [ofUsers, ofGroups] = await Promise.all([reader.records('user', users), reader.records('group', groups)])
  const names = new Map([...ofUsers, ...ofGroups].flatMap((one) => (one ? [[one.id, one.label] as const] : [])))
  const own = new Map(
    way.steps.flatMap(({ member, label }) => {
      const { kind, id } = parseEntityMember(member)
      return kind === 'membership' ? [] : [[id, label] as const]
    }),
  )
  const steps = way.steps.map((step) => {
    const { kind, id } = parseEntityMember(step.member)
    if (kind !== 'membership') return step
    const { userId, groupId } = membershipSides(id)
    const name = (side: string) => names.get(side) ?? own.get(side) ?? side
    return { ...step, label: `${name(userId)} in ${name(groupId)}` }
  })
  return { ...way, steps }
}
