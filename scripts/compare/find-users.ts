import type { ExpectedUser } from './expected.ts'
import type { AccountNow, AccountUser } from './zendesk-account.ts'

/**
 * Who of Zendesk's users is whom: by the external id that the provisioner gives, else by address. Who is disabled keeps
 * the address that they had when they were suspended.
 */
export function findUsers(users: readonly ExpectedUser[], account: AccountNow): Map<ExpectedUser, AccountUser> {
  const byId = new Map(account.users.map((user) => [user.external_id, user]))
  const byEmail = new Map(account.users.map((user) => [user.email?.toLowerCase(), user]))
  return new Map(
    users.flatMap((wanted) => {
      const inZendesk = byId.get(wanted.externalId) ?? byEmail.get(wanted.email.toLowerCase())
      return inZendesk ? [[wanted, inZendesk] as const] : []
    }),
  )
}
