import type { AttributeValue } from '../desired.ts'
import { roleRank } from '../role-rank.ts'

/**
 * Why an entry may not take a Zendesk user over unasked; undefined when it may.
 *
 *   Zendesk's user                     | the entry's mapped role | may
 *   -----------------------------------|-------------------------|--------------------
 *   an end user                        | any                     | yes
 *   an agent                           | agent, admin            | yes
 *   an agent                           | end user, none          | with an admin's word
 *   an admin                           | any                     | with an admin's word
 *   whose credentials are used         | any                     | with an admin's word
 *
 * `emailReuse: relink` is such a word for agents whose entry in the same connection has left.
 *
 * Whoever can write an address into the directory could otherwise make a team member's account follow their own entry.
 */
export function whyNotAdopt(
  user: { readonly id: number; readonly role?: string | null | undefined },
  mappedRole: AttributeValue | undefined,
  apiUserId: number | null,
): string | undefined {
  if (user.id === apiUserId) return "the user of the account's own credentials"
  if (user.role === 'admin') return 'admin'
  return roleRank(user.role ?? undefined) > roleRank(mappedRole) ? String(user.role) : undefined
}

/**
 * Codes of refusals by which a worker leaves a user that it met to the next cycle: who may be linked is planned, and
 * guarded.
 */
export const LOOK_AGAIN: ReadonlySet<string> = new Set(['ADOPTION_WAITS', 'USER_PROTECTED'])
