import { isEmpty, valueOf, withValue } from '../changed-attributes.ts'
import type { DesiredUser, UserAttributes } from '../desired.ts'
import { roleRank } from '../role-rank.ts'

/**
 * What an entry is written with that has just adopted a user, by what Zendesk holds of them. A plan asks for no more;
 * a worker that meets a user while it creates one has a desired state that nobody planned for them.
 *
 *   attribute             | the entry has                   | Zendesk holds | written
 *   ----------------------|---------------------------------|---------------|----------------------------------
 *   role, custom_role_id  | a role that may do less, or none | a higher role | as Zendesk holds them
 *   external_id           | anything                        | one           | as Zendesk holds it
 *   one of `createOnly`   | anything                        | anything      | not at all
 *   any other             | a value                         | anything      | as the entry has it
 */
export function keepOnAdoption(
  { attributes, createOnly }: Pick<DesiredUser, 'attributes' | 'createOnly'>,
  held: UserAttributes,
): UserAttributes {
  let kept = attributes
  if (roleRank(kept['role']) < roleRank(held['role'])) kept = withHeldRole(kept, held)
  if (!isEmpty(held['external_id'])) kept = withValue(kept, 'external_id', held['external_id'])
  return withoutCreateOnly(kept, createOnly)
}

/** The attributes with the role that Zendesk holds. A custom role is part of it, and so is that there is none. */
export function withHeldRole(attributes: UserAttributes, held: UserAttributes): UserAttributes {
  return withValue(withValue(attributes, 'role', held['role']), 'custom_role_id', held['custom_role_id'])
}

/** The attributes without those that are sent with a creation and never again, custom fields included. */
export function withoutCreateOnly(attributes: UserAttributes, createOnly: readonly string[]): UserAttributes {
  return createOnly
    .filter((name) => valueOf(attributes, name) !== undefined)
    .reduce((left, name) => withValue(left, name, undefined), attributes)
}
