import { isWhole, type Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import { isTeamRole, type AppliedMembership } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Needs } from '../ports.ts'
import type { Finished } from './finished.ts'
import { returnGroups } from './return-groups.ts'
import { sendsSeat } from './loses-seat.ts'

/**
 * What the ledger shall keep of entitlements once writes are recorded, in their order; undefined where that is as
 * before. Who has a seat again gets the groups back before that, in which the directory has no say.
 *
 *   what was written                  | kept afterwards
 *   ----------------------------------|---------------------------------------------------------
 *   a suspension that takes the seat  | the same: told again to a Redis that forgets it
 *   a team member with their access   | a default group of ours that they are not in yet, or nothing
 *   a member of that group            | nothing
 */
export async function settleEntitlements(
  ports: Needs<'records' | 'zendesk' | 'report'>,
  finished: readonly Finished[],
): Promise<{ readonly entitlements: readonly (string | undefined)[]; readonly problems: readonly Problem[] }> {
  const concerned = finished.filter((one) => takesSeat(one) || hasSeatAgain(one) || joins(one))
  const stored = await ports.records.entitlementsOf(concerned.map(userOf))
  const problems: Problem[] = []
  const settled = new Map<Finished, string>()
  for (const [i, one] of concerned.entries()) {
    const kept = stored[i]
    if (!kept) continue
    if (takesSeat(one)) settled.set(one, JSON.stringify(kept))
    else if (joins(one)) {
      const isDefault = kept.defaultGroup === (one.written.applied as AppliedMembership).groupZendeskId
      if (isDefault && !isWhole(kept)) settled.set(one, '')
    } else {
      const { waiting, problem } = await returnGroups(ports, one, kept)
      const rest: Entitlements = { attributes: {}, groups: [], defaultGroup: waiting }
      settled.set(one, waiting === null ? '' : JSON.stringify(rest))
      if (problem) problems.push(problem)
    }
  }
  return { entitlements: finished.map((one) => settled.get(one)), problems }
}

function userOf({ written: { ref } }: Finished): string {
  return ref.kind === 'membership' ? membershipSides(ref.id).userId : ref.id
}

function takesSeat({ written: { ref, applied }, sent = [] }: Finished): boolean {
  return ref.kind === 'user' && applied?.presence === 'suspended' && sendsSeat(sent)
}

function hasSeatAgain({ written: { ref, applied }, sent = [] }: Finished): boolean {
  if (ref.kind !== 'user' || applied?.presence !== 'active' || !('attributes' in applied)) return false
  return isTeamRole(applied.attributes['role']) && (sendsSeat(sent) || sent.includes('suspended'))
}

function joins({ written: { ref, applied } }: Finished): boolean {
  return ref.kind === 'membership' && applied?.presence === 'active'
}
