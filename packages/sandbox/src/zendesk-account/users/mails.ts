import type { Account } from '../account.ts'
import type { Mail, UserRecord } from '../records.ts'
import { primaryEmail } from './find-users.ts'

/** What a write says about mails. */
type Said = Readonly<Record<string, unknown>>

/**
 * Attributes of an update that concern a user's access, should Zendesk mail about that; see the switch `accessMails`.
 */
const CONCERNS_ACCESS = ['role', 'custom_role_id', 'verified', 'password']

/**
 * The mails of a write, as Zendesk's official file has them; whoever creates a user or adds an address calls it.
 *
 *   write                                        | mail
 *   ---------------------------------------------|----------------------------------------------------------
 *   creation with an address                     | `welcome`, unless `skip_verify_email`
 *   another address, by an identity or an update | `verify`, unless `skip_verify_email`; always to the API's own user
 *
 * `verified: true` keeps nobody from being mailed: the file does not say that it does.
 */
export function mailAddress(account: Account, user: UserRecord, kind: Mail['kind'], to: string, said: Said): void {
  // "does not apply when updating your own agent profile"
  const isOwn = kind === 'verify' && user.id === account.apiUserId
  if (isOwn || !isSilenced(said)) send(account, kind, to)
}

/** The mail of an update that brings no address: nobody has recorded whether there is one, so a switch says so. */
export function mailUpdate(account: Account, user: UserRecord, said: Said): void {
  const concernsAccess = said['suspended'] === false || CONCERNS_ACCESS.some((name) => name in said)
  const to = primaryEmail(account, user.id)?.value
  if (account.settings.unknowns.accessMails === 'sent' && concernsAccess && to !== undefined && !isSilenced(said))
    send(account, 'verify', to)
}

export function send(account: Account, kind: Mail['kind'], to: string): void {
  account.mails.push({ to, kind, at: account.timestamp() })
}

function isSilenced(said: Said): boolean {
  return said['skip_verify_email'] === true
}
