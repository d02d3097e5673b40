import { membershipId } from '@provisioner/shared/entity.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { appliedRole, isTeamRole, type MembershipRecord, type UserRecord } from '@provisioner/shared/ledger/record.ts'

/** What is known of one membership and its sides. */
export interface KnownPlace {
  readonly groupId: string
  readonly userId: string
  readonly user: UserRecord | undefined
  /** Whether the group is in Zendesk. */
  readonly hasGroup: boolean
  readonly membership: MembershipRecord | undefined
  /** Keys of what the guard keeps back. */
  readonly held: ReadonlySet<string>
}

/**
 * Why somebody who is to be in a group is not in it in Zendesk; null of who is. The first that holds:
 *
 *   written, and nothing waits                   | null: in it
 *   Zendesk refused it                           | with Zendesk's words
 *   the guard holds it                           | held
 *   the user is not in Zendesk                   | with that: `explain` says why of them
 *   the user is suspended by us, without a seat  | they have left
 *   the user is no team member in Zendesk        | Zendesk has only team members in groups
 *   the group is not in Zendesk                  | with that
 *   released and not written                     | it waits
 *   anything else                                | the next cycle looks at it
 */
export function whyMissing({ groupId, userId, user, hasGroup, membership, held }: KnownPlace): string | null {
  const waits = membership !== undefined && membership.revision > membership.appliedRevision
  if (membership?.applied?.presence === 'active' && !waits) return null
  const refusal = membership?.rejection
  if (waits && refusal && refusal.revision === membership.revision)
    return `refused: ${refusal.code}: ${refusal.message}`
  if (held.has(formatEntityMember({ kind: 'membership', id: membershipId(groupId, userId) })))
    return 'held by the guard'
  if (user?.zendeskId == null) return 'the user is not in Zendesk'
  if (user.applied?.presence === 'suspended' && user.suspendedByUs && !isTeamRole(appliedRole(user)))
    return 'the user has left, and lost the seat'
  if (!isTeamRole(appliedRole(user)))
    return 'the user is an end user in Zendesk, where only team members can be in groups'
  if (!hasGroup) return 'the group is not in Zendesk'
  if (waits)
    return membership.desired?.presence === 'deleted' ? 'their removal waits to be written' : 'it waits to be written'
  return 'the next cycle looks at it'
}
