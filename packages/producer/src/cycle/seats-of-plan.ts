import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { Change } from '../plan/change.ts'

/** How many of the account's paid seats changes free and take. */
export interface Seats {
  readonly freed: number
  readonly taken: number
}

/**
 * Counts seats: agents and admins have one, suspended or not; light agents have none (Zendesk's article 4408888690842).
 *
 * @param appliedOf what Zendesk holds of a user, by directory id
 * @param lightAgentRole Zendesk's id of the role of light agents, where it is known
 */
export function seatsOf(
  changes: readonly Change[],
  appliedOf: (id: string) => UserAttributes,
  lightAgentRole: number | undefined,
): Seats {
  const hasSeat = ({ role, custom_role_id: customRole }: UserAttributes) =>
    isTeamRole(role) && (lightAgentRole === undefined || customRole !== lightAgentRole)
  let [freed, taken] = [0, 0]
  for (const { kind, id, operation, desired } of changes) {
    if (kind !== 'user') continue
    const held = operation === 'create user' ? {} : appliedOf(id)
    const before = hasSeat(held)
    const after = operation !== 'delete user' && hasSeat({ ...held, ...(desired as DesiredUser).attributes })
    if (before && !after) freed++
    if (!before && after) taken++
  }
  return { freed, taken }
}
