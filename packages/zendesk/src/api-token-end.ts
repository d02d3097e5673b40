import type { Problem } from '@provisioner/shared/problem.ts'

/**
 * Zendesk deactivates every API token on this day, for good:
 * https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/
 */
const API_TOKENS_END = '2027-04-30'

/**
 * A token that is unused for so long is deactivated, since 2026-07-28, and deleted 60 days later; since 2026-10-27 no
 * account can create one. Same page.
 */
const IDLE_DAYS = 30

/**
 * The trouble with an account that is signed in to with an API token. It is told once and stays as it was told, so its
 * words are as true after the day as before.
 */
export function apiTokenEnd(account: string): Problem {
  return {
    code: 'API_TOKEN_ENDS',
    subject: 'account',
    id: `${account}.api-token`,
    what: `The provisioner signs in to Zendesk account '${account}' with an API token; from ${API_TOKENS_END} on Zendesk takes none, and every change waits. Already a token that is unused for ${IDLE_DAYS} days, while the provisioner stands still for one, is switched off, and nobody can create another`,
    todo: `Make a confidential OAuth client in Admin Center under Apps and integrations > APIs > OAuth clients, write clientId and clientSecret in place of email and apiToken under accounts.${account}.auth (as \${env:ZENDESK_CLIENT_ID} and \${env:ZENDESK_CLIENT_SECRET}, say), and restart producer and workers`,
  }
}
