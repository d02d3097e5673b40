import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import type { AppliedUser } from '@provisioner/shared/ledger/record.ts'
import { WRITE_ONLY } from '@provisioner/shared/write-only.ts'
import type { User } from './users.ts'

/**
 * What Zendesk holds of a user whom an entry is being linked to, as if we had written it.
 *
 *   attribute                                   | what counts
 *   --------------------------------------------|----------------------------------------------------------
 *   email, role, custom_role_id, external_id    | what Zendesk holds, whether the entry has it or not
 *   one that the entry has                      | what Zendesk holds
 *   one that Zendesk takes and never shows      | nothing, so that it is written: `WRITE_ONLY`
 *   `user_fields`, where the entry has some     | of what Zendesk holds, the fields that the entry has
 *   `tags`, merged                              | of what Zendesk holds, those that the entry has
 *   any other                                   | nothing: it was never ours, and is not there to be cleared later
 */
export function attributesInZendesk(user: User, wanted: Pick<DesiredUser, 'attributes' | 'tagsMode'>): AppliedUser {
  const held = user as unknown as UserAttributes
  const attributes: Record<string, UserAttributes[string]> = {
    email: user.email ?? null,
    role: user.role ?? null,
    custom_role_id: user.custom_role_id ?? null,
    external_id: user.external_id ?? null,
  }
  for (const name of Object.keys(wanted.attributes))
    attributes[name] = WRITE_ONLY.has(name) ? null : (held[name] ?? null)
  const { tags, user_fields: fields } = wanted.attributes
  if (tags !== undefined) attributes['tags'] = tagsHeld(user, (tags ?? []) as readonly string[], wanted.tagsMode)
  if (fields !== undefined) attributes['user_fields'] = fieldsHeld(user, Object.keys((fields ?? {}) as object))
  return { presence: user.suspended ? 'suspended' : 'active', attributes }
}

/** Some of a user's custom fields; one that Zendesk does not know reads as empty. */
function fieldsHeld(
  { user_fields: fields }: Pick<User, 'user_fields'>,
  names: readonly string[],
): { [field: string]: string | number | boolean | null } {
  const held = (fields ?? {}) as { [field: string]: string | number | boolean | null }
  return Object.fromEntries(names.map((name) => [name, held[name] ?? null]))
}

function tagsHeld(
  { tags }: Pick<User, 'tags'>,
  ours: readonly string[],
  mode: DesiredUser['tagsMode'],
): readonly string[] {
  const held = tags ?? []
  return mode === 'replace' ? held : held.filter((tag) => ours.includes(tag))
}
