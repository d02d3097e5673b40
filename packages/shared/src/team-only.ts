import { withValue } from './changed-attributes.ts'
import type { UserAttributes } from './desired.ts'
import { isTeamRole } from './ledger/record.ts'

/** Zendesk's name of the group that counts as an agent's own: they have to be a member of it. */
export const DEFAULT_GROUP = 'default_group_id'

/**
 * What Zendesk keeps of team members only, and loses with the seat: an agent who is downgraded and upgraded again has
 * to be given their brands anew (article 7584022494874), and is in no group.
 */
export const TEAM_ONLY: readonly string[] = ['agent_brand_ids', DEFAULT_GROUP]

/** What Zendesk resets for end users, beside that: who gets a seat back gets these written anew. */
const RESET: readonly string[] = ['ticket_restriction', 'moderator']

/** Names of all that goes with a seat. */
export const OF_SEAT: readonly string[] = [...TEAM_ONLY, ...RESET]

/** The attributes without what goes with a seat. */
export function withoutSeatOnly(attributes: UserAttributes): UserAttributes {
  return OF_SEAT.reduce(
    (left, name) => (left[name] === undefined ? left : withValue(left, name, undefined)),
    attributes,
  )
}

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
