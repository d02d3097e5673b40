import type { Account } from '../account.ts'
import type { UserRecord } from '../records.ts'
import { addIdentity } from './identities.ts'
import type { UserBody } from './user-body.ts'

/**
 * A number that nobody else has becomes a direct line, an identity beside those there are; any other is a shared one.
 * Nobody has recorded that `shared_phone_number` does anything without the number: here it does nothing.
 */
export function assignPhone(account: Account, user: UserRecord, body: UserBody): void {
  const { phone, shared_phone_number: shared } = body
  if (phone === undefined) return
  if (phone === null || phone === '') {
    user.phone = null
    user.shared_phone_number = null
    return
  }
  const isKept = account.settings.unknowns.valueForms === 'as written'
  user.phone = isKept ? String(phone) : String(phone).replace(/[\s()/-]/g, '')
  const holders = account.identities.by('value', user.phone.toLowerCase())
  const direct = shared !== true && holders.every((one) => one.user_id === user.id)
  user.shared_phone_number = !direct
  if (direct && holders.length === 0)
    addIdentity(account, user, { type: 'phone_number', value: user.phone, verified: true })
}
