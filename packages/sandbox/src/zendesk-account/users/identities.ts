import type { Account } from '../account.ts'
import { noteChange } from '../changes/user-changes.ts'
import { invalid } from '../refusal.ts'
import type { IdentityRecord, UserRecord } from '../records.ts'
import { identitiesOf, primaryEmail } from './find-users.ts'
import { indexUser } from './index-user.ts'
import { mailAddress } from './mails.ts'
import type { UserBody } from './user-body.ts'

/**
 * What no recorded refusal speaks against: `badmail`, `xxx@xxx` and `error@example.com_` were "not properly formatted".
 */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]*[\p{L}\p{N}]$/u
/** An ASCII mailbox and a domain with a dot. */
const PLAIN_EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/i

export function checkEmail(account: Account, email: string, field: 'email' | 'value'): void {
  const label = field === 'email' ? 'Email' : 'Value'
  const { oddEmails, invalidDomain } = account.settings.unknowns
  if (
    !EMAIL.test(email) ||
    (oddEmails === 'refused' && isOdd(email)) ||
    (invalidDomain === 'refused' && /\.invalid$/i.test(email))
  )
    throw invalid(field, `${label}: ${email} is not properly formatted`)
}

function isOdd(email: string): boolean {
  const [mailbox = ''] = email.split('@')
  return !PLAIN_EMAIL.test(email) || /^\.|\.\.|\.$/.test(mailbox) || mailbox.length > 64
}

/** An address belongs to one identity of one user, whoever it is and whatever the case. */
export function checkUnused(account: Account, value: string, field: 'email' | 'value'): void {
  if (account.identities.by('value', value.toLowerCase()).length === 0) return
  const label = field === 'email' ? 'Email' : 'Value'
  throw invalid(field, `${label}: ${value} is already being used by another user`, 'DuplicateValue')
}

/** Whoever adds one to a user tells the search index, once the user is whole. */
export function addIdentity(
  account: Account,
  user: UserRecord,
  { type, value, verified }: { readonly type: string; readonly value: string; readonly verified: boolean },
): IdentityRecord {
  const now = account.timestamp()
  const primary = !account.identities.by('user', user.id).some((one) => one.type === type && one.primary)
  return account.identities.add({
    id: account.nextId(),
    user_id: user.id,
    type,
    value,
    verified,
    primary,
    created_at: now,
    updated_at: now,
  })
}

/** Only addresses can be primary; the former primary one stays as a secondary. */
export function makePrimary(account: Account, user: UserRecord, identity: IdentityRecord): void {
  const now = account.timestamp()
  for (const other of identitiesOf(account, user.id))
    if (other.type === identity.type && other.primary !== (other.id === identity.id)) {
      other.primary = other.id === identity.id
      other.updated_at = now
    }
  user.updated_at = now
  indexUser(account, user)
  noteChange(account, { user, what: 'identity_changed' })
}

export function removeIdentity(account: Account, user: UserRecord, identity: IdentityRecord): void {
  const others = account.identities.by('user', user.id).filter((one) => one.type === 'email' && one.id !== identity.id)
  const { lastAgentEmail } = account.settings.unknowns
  if (identity.type === 'email' && others.length === 0 && user.role !== 'end-user' && lastAgentEmail === 'refused')
    throw invalid('base', 'The last email identity of a team member cannot be deleted')
  account.identities.remove(identity)
  const heir = others[0]
  if (identity.type === 'email' && heir && !primaryEmail(account, user.id)) heir.primary = true
  user.updated_at = account.timestamp()
  indexUser(account, user)
}

/**
 * The address in a user's update is added as a secondary one; the primary one stays. Refuses at once, and returns what
 * is to be done when nothing else is refused.
 */
export function changeEmail(account: Account, user: UserRecord, body: UserBody): (() => void) | undefined {
  if (typeof body['email'] !== 'string') return undefined
  const email = body['email'].trim()
  const own = account.identities.by('user', user.id).filter((one) => one.type === 'email')
  const same = own.find((one) => one.value.toLowerCase() === email.toLowerCase())
  const { caseOnlyEmail } = account.settings.unknowns
  if (same && (same.value === email || caseOnlyEmail === 'ignored')) return undefined
  checkEmail(account, email, 'email')
  const add = () => {
    addIdentity(account, user, {
      type: 'email',
      value: email,
      verified: body['verified'] === true,
    })
    mailAddress(account, user, 'verify', email, body)
  }
  if (!same) {
    checkUnused(account, email, 'email')
    return add
  }
  if (caseOnlyEmail === 'adds an identity') return add
  return () => {
    account.identities.remove(same)
    account.identities.add({ ...same, value: email, updated_at: account.timestamp() })
  }
}
