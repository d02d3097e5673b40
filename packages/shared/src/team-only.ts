import { withValue } from './changed-attributes.ts'
import type { UserAttributes } from './desired.ts'
import { isTeamRole } from './ledger/record.ts'

/**
 * What Zendesk keeps of team members only, and loses with the seat: an agent who is downgraded and upgraded again has
 * to be given their brands anew (article 7584022494874).
 */
export const TEAM_ONLY: readonly string[] = ['agent_brand_ids']

/**
 * The attributes as a user of this role can have them, the role being the attributes' own unless another one is given.
 * Who has no role that we know is an end user.
 */
export function ofRole(attributes: UserAttributes, role = attributes['role']): UserAttributes {
  if (isTeamRole(role)) return attributes
  return TEAM_ONLY.reduce(
    (left, name) => (left[name] === undefined ? left : withValue(left, name, undefined)),
    attributes,
  )
}
