import { z } from 'zod'
import { readAll, readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

/** A field of the account's own on each user. Only drop-downs and multi-selects have options. */
export const UserField = z.looseObject({
  id: z.number(),
  key: z.string(),
  type: z.string(),
  active: z.boolean().nullish(),
  /** Of a lookup field: what its values are the ids of, `zen:user` for one (official OpenAPI file). */
  relationship_target_type: z.string().nullish(),
  custom_field_options: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
})
export type UserField = z.infer<typeof UserField>

export type UserFieldsApi = ReturnType<typeof userFieldsApi>

export function userFieldsApi(transport: Sender) {
  return {
    /** All of them. */
    list(options?: CallOptions): Promise<UserField[]> {
      return readAll(
        readPages(transport, { path: '/api/v2/user_fields', key: 'user_fields', item: UserField }, options),
      )
    },
  }
}
