import type { Account } from '../account.ts'
import { invalid } from '../refusal.ts'
import type { UserRecord } from '../records.ts'
import { ownerOfEmail } from './find-users.ts'
import type { UserBody } from './user-body.ts'
import { createUser, updateUser } from './write-user.ts'

/** By external id or by email. */
export function createOrUpdateUser(
  account: Account,
  body: UserBody,
): { readonly user: UserRecord; readonly made: boolean } {
  const user = findTarget(account, body)
  if (!user) return { user: createUser(account, body), made: true }
  return { user: updateUser(account, user, withoutLosingKey(account, user, body)), made: false }
}

/** The user whom create_or_update would change. */
export function findTarget(account: Account, body: UserBody): UserRecord | undefined {
  const { emailAgainstExternalId, otherExternalId } = account.settings.unknowns
  const { external_id: externalId, email } = body
  const byExternalId = typeof externalId === 'string' ? account.externalIds.get(externalId.toLowerCase()) : undefined
  const byEmail = typeof email === 'string' ? ownerOfEmail(account, email) : undefined
  if (byExternalId && byEmail && byExternalId !== byEmail) {
    if (emailAgainstExternalId === 'refused')
      throw invalid('email', `Email: ${String(email)} is already being used by another user`, 'DuplicateValue')
    return emailAgainstExternalId === 'email wins' ? byEmail : byExternalId
  }
  if (!byExternalId && byEmail?.external_id && typeof externalId === 'string' && otherExternalId === 'refused')
    throw invalid('name', 'External has already been taken')
  return byExternalId ?? byEmail
}

/** The key that belongs to another user stays with that one. */
function withoutLosingKey(account: Account, user: UserRecord, body: UserBody): UserBody {
  const { email, external_id: externalId, ...others } = body
  const emailOwner = typeof email === 'string' ? ownerOfEmail(account, email) : undefined
  const holder = typeof externalId === 'string' ? account.externalIds.get(externalId.toLowerCase()) : undefined
  if (holder && holder !== user) return { ...others, email }
  if (emailOwner && emailOwner !== user) return { ...others, external_id: externalId }
  return body
}
