import type { Problem } from '@provisioner/shared/problem.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { UserFieldsApi } from '@provisioner/zendesk/user-fields.ts'
import { problemOf } from '../mapping/fault.ts'
import type { KnownField, UserFields } from '../mapping/user-fields.ts'

/**
 * The account's user fields; null when it does not show them to us, which keeps nobody's other attributes from being
 * written.
 */
export async function knownFields(api: UserFieldsApi, signal: AbortSignal): Promise<KnownField[] | null> {
  try {
    return (await api.list({ signal })).map(
      ({ key, type, active, relationship_target_type: target, custom_field_options: options }) => ({
        key,
        type,
        active: active !== false,
        ...(type === 'lookup' && { target: target ?? '' }),
        ...(options && options.length > 0 && { options: options.map(({ name, value }) => [name, value] as const) }),
      }),
    )
  } catch (error) {
    // They are only looked at to say more of a mistake: whatever fails here must not keep anybody from being written.
    if (error instanceof ZendeskError && error.problem.kind !== 'unauthenticated') return null
    throw error
  }
}

/** One problem for each mapped key that the account does not have; one in all when it does not show its fields. */
export function fieldProblems(connection: string, keys: readonly string[], fields: UserFields | undefined): Problem[] {
  if (keys.length === 0) return []
  if (!fields)
    return [
      {
        code: 'USER_FIELDS_UNREAD',
        subject: 'connection',
        id: `${connection}.user_fields`,
        attribute: 'user_fields',
        what: `Zendesk does not show its user fields: nobody can tell whether it has ${keys.join(', ')}. They are written as they are mapped`,
        todo: "Give the API's user or OAuth client the right to read user fields (read scope, an agent's role)",
      },
    ]
  return keys.flatMap((key) => {
    const fault = fields.faultOfKey(key)
    if (!fault) return []
    const about = { id: `${connection}.user_fields.${key}`, dn: '' }
    const { dn: _none, ...problem } = problemOf(fault, about, `user_fields.${key}`, false)
    return [{ ...problem, subject: 'connection' as const }]
  })
}
