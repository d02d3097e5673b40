import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { SeatPolicy } from './user-policy.ts'

/**
 * The attributes that free the seat of a team member who is suspended: suspended agents keep it (Zendesk's article
 * 4408888690842). None where the policy leaves it, where there is none, or where the account has no light agents.
 *
 *   policy       | is                     | becomes
 *   -------------|------------------------|------------------------------------
 *   suspend      | anybody                | –
 *   downgrade    | agent, admin           | end user
 *   light-agent  | agent, admin           | light agent
 *   light-agent  | light agent            | –
 *   any          | end user               | –
 *
 * @param lightAgentRole Zendesk's id of the account's custom role for light agents
 */
export function freeSeat(
  { role, custom_role_id: customRole }: UserAttributes,
  policy: SeatPolicy,
  lightAgentRole: number | undefined,
): UserAttributes {
  if (policy === 'suspend' || !isTeamRole(role)) return {}
  if (policy === 'downgrade') return { role: 'end-user', custom_role_id: null }
  if (lightAgentRole === undefined || customRole === lightAgentRole) return {}
  return { role: 'agent', custom_role_id: lightAgentRole }
}
