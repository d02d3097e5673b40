import { z } from 'zod'
import type { CallOptions, Sender } from './transport.ts'

/** What the product asks of an account's settings; Zendesk tells much more. */
export const AccountSettings = z.looseObject({
  user: z.looseObject({ multiple_organizations: z.boolean().nullish() }).nullish(),
})
export type AccountSettings = z.infer<typeof AccountSettings>

export type AccountSettingsApi = ReturnType<typeof accountSettingsApi>

export function accountSettingsApi(transport: Sender) {
  return {
    /** For agents and admins. An OAuth client needs the broad scope `read`. */
    async show(options?: CallOptions): Promise<AccountSettings> {
      const answer = z.object({ settings: AccountSettings })
      return (await transport.send({ method: 'GET', path: '/api/v2/account/settings', answer }, options)).settings
    },
  }
}
