import { z } from 'zod'
import { PartialShare, Text } from './scalars.ts'

/**
 * OAuth client credentials, or an email with an API token that is there already: since 2026-10-27 nobody can create
 * one, one that is unused for 30 days is switched off, and on 2027-04-30 Zendesk ends them all.
 * https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/
 */
export const AccountAuth = z
  .strictObject({
    clientId: Text.optional().describe(
      'The unique identifier of a confidential OAuth client with the client credentials grant; make one in Admin Center under Apps and integrations > APIs > OAuth clients.',
    ),
    clientSecret: Text.optional().describe('The OAuth client’s secret. Write a reference, never the secret itself.'),
    email: Text.optional().describe(
      'In place of an OAuth client: the address of the admin whom the API token acts for.',
    ),
    apiToken: Text.optional().describe(
      'The API token that goes with `email`, if you have one: since 2026-10-27 nobody can create one, one that is unused for 30 days is switched off, and on 2027-04-30 Zendesk ends them all.',
    ),
  })
  .superRefine((auth, context) => {
    // A key that is misspelt is not missing as well.
    if (context.issues.length > 0) return
    const oauth = auth.clientId !== undefined && auth.clientSecret !== undefined
    const token = auth.email !== undefined && auth.apiToken !== undefined
    const given = [auth.clientId, auth.clientSecret, auth.email, auth.apiToken].filter((value) => value !== undefined)
    if (!(oauth || token) || given.length !== 2)
      context.addIssue({ code: 'custom', message: 'either clientId and clientSecret, or email and apiToken' })
  })
export type AccountAuth = z.infer<typeof AccountAuth>

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

export const AccountConfig = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'a URL such as https://acme.zendesk.com' })
    .superRefine((text, context) => {
      const url = URL.canParse(text) ? new URL(text) : undefined
      if (url === undefined) return
      if (url.protocol !== 'https:' && !LOOPBACK.test(url.hostname))
        context.addIssue({
          code: 'custom',
          message: 'https://, since http:// would send the credentials in the clear; only loopback may do without',
        })
      if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
        context.addIssue({ code: 'custom', message: 'an address alone: credentials belong under auth' })
      else if (url.pathname !== '/')
        context.addIssue({ code: 'custom', message: `an address without a path: ${url.origin}` })
    })
    .describe('The account’s address. `http://` is taken for loopback only.'),
  auth: AccountAuth.describe(
    'How the product signs in: an OAuth client (`clientId` and `clientSecret`), or, until 2027-04-30, an admin’s API token (`email` and `apiToken`) that is there already.',
  ),
  reserve: PartialShare.prefault('20%').describe(
    'How much of the account’s request limit per minute is left to its other integrations; the provisioner works with the rest.',
  ),
  protect: z
    .array(Text)
    .default([])
    .describe(
      'Email addresses of Zendesk users that are never linked and never written, whatever the directory says: by any of their addresses, and for good, whatever becomes of the address. `*` stands for any characters; a pattern with it is compared with the primary address, and of team members with all. List the account’s owner.',
    ),
})
export type AccountConfig = z.infer<typeof AccountConfig>
