import { z } from 'zod'
import { Share, Text } from './scalars.ts'

/** OAuth client credentials, or an email with an API token until Zendesk ends those on 2027-04-30. */
export const AccountAuth = z
  .strictObject({
    clientId: Text.optional().describe('OAuth client; create it in Admin Center, confidential, with scope read and write.'),
    clientSecret: Text.optional(),
    email: Text.optional().describe('The older way: the admin whose API token it is.'),
    apiToken: Text.optional().describe('Ends on 2027-04-30.'),
  })
  .superRefine((auth, context) => {
    const oauth = auth.clientId !== undefined && auth.clientSecret !== undefined
    const token = auth.email !== undefined && auth.apiToken !== undefined
    const given = Object.values(auth).filter((value) => value !== undefined).length
    if (!(oauth || token) || given !== 2)
      context.addIssue({ code: 'custom', message: 'either clientId and clientSecret, or email and apiToken' })
  })
export type AccountAuth = z.infer<typeof AccountAuth>

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

export const AccountConfig = z.strictObject({
  url: z
    .url('a URL such as https://acme.zendesk.com')
    .refine((text) => !URL.canParse(text) || new URL(text).protocol === 'https:' || LOOPBACK.test(new URL(text).hostname), 'https://, since http:// would send the credentials in the clear; only loopback may do without')
    .describe('The account’s address.'),
  auth: AccountAuth,
  reserve: Share.prefault('20%').describe('Share of the request limit that is left to the account’s other integrations.'),
  protect: z.array(Text).default([]).describe('Addresses of Zendesk users that are never suspended, downgraded or deleted; * stands for anything.'),
})
export type AccountConfig = z.infer<typeof AccountConfig>
