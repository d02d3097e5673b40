import type { AttributeValue } from '@provisioner/shared/desired.ts'

/** An attribute that stays when the directory has no value for it any more. */
const KEPT = undefined

/**
 * What empties an attribute in Zendesk, where it is not `null`.
 *
 *   attribute                              | emptied by
 *   ---------------------------------------|------------------------------------------------------------------
 *   email, name, role, verified            | never: without them the user is no user, or changes what they may do
 *   external_id                            | never: it is what the user is found by
 *   time_zone, locale                      | never: Zendesk has no user without one, and ignores null
 *   default_group                          | never: an agent is always in a group, and one of theirs is the default
 *   tags, brands, organizations            | an empty list
 *   moderator, only_private_comments       | false
 *   any other, user fields included        | null
 */
const CLEARING: ReadonlyMap<string, AttributeValue | undefined> = new Map<string, AttributeValue | undefined>([
  ['email', KEPT],
  ['name', KEPT],
  ['role', KEPT],
  ['verified', KEPT],
  ['external_id', KEPT],
  ['time_zone', KEPT],
  ['locale', KEPT],
  ['locale_id', KEPT],
  ['default_group', KEPT],
  ['default_group_id', KEPT],
  ['tags', []],
  ['brands', []],
  ['agent_brand_ids', []],
  ['organizations', []],
  ['organization_ids', []],
  ['moderator', false],
  ['only_private_comments', false],
])

/** The value that empties an attribute; undefined for one that is never emptied. */
export function clearingValue(attribute: string): AttributeValue | undefined {
  return CLEARING.has(attribute) ? CLEARING.get(attribute) : null
}
