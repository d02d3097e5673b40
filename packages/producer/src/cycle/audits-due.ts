import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { isTeamRole, type AppliedUser } from '@provisioner/shared/ledger/record.ts'
import type { EntityPlan } from '../plan/change.ts'
import { isLinkHeld } from '../plan/guard.ts'
import type { Answers, Questions } from './questions.ts'
import type { PlanSources } from './plan-sources.ts'
import type { GroupsPlan } from './plan-groups.ts'

const NO_AUDITS: Questions['audit'] = { users: false, groups: false, memberships: false }

/**
 * Groups and memberships are audited in every full cycle, and once `membershipAudit` has passed; users in full ones.
 */
export async function auditsDue(
  { connection, reader }: PlanSources,
  { active }: GroupsPlan,
  { audit, now }: { readonly audit: boolean; readonly now: number },
): Promise<Questions['audit']> {
  const managed = connection.groups
  const isDue = managed !== undefined && (audit || now - (await reader.lastAudit()) >= managed.membershipAudit)
  const isLinked = active.some(({ zendeskId }) => zendeskId !== null)
  return { users: audit, groups: audit || (isDue && isLinked), memberships: isDue && isLinked }
}

/** Whether a team member's user is taken over: the ledger forgets the memberships with the entry that had the user. */
function takesOverMembers(plans: readonly EntityPlan[], decisions: ReadonlyMap<string, Decision>): boolean {
  return plans.some((plan) => {
    const { link } = plan
    if (link?.kind !== 'user' || link.from === undefined || isLinkHeld(plan, decisions)) return false
    return isTeamRole((link.applied as AppliedUser | null)?.attributes['role'])
  })
}

/**
 * What is still to be audited after Zendesk was looked at: memberships, when that look found a user that an entry takes
 * over from another connection.
 */
export function auditsLeft(
  plans: readonly EntityPlan[],
  decisions: ReadonlyMap<string, Decision>,
  { memberships, membersOf }: Pick<Answers, 'memberships' | 'membersOf'>,
): Questions['audit'] {
  const isRead = memberships !== undefined && membersOf === undefined
  return { ...NO_AUDITS, memberships: !isRead && takesOverMembers(plans, decisions) }
}
