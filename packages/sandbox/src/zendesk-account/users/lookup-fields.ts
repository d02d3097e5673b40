import type { Account } from '../account.ts'
import { invalid } from '../refusal.ts'
import type { UserFieldRecord } from '../records.ts'

const EXTERNAL_ID = 'external_id:'

/**
 * The id that a lookup field keeps: it is set by the target's id, or by `external_id:` and the target's external id, of
 * which the id is stored (Zendesk's page on lookup relationships). Undefined for what is ignored. The sandbox has no
 * objects of other targets, and takes each id of them.
 */
export function readLookup(account: Account, { key, target }: UserFieldRecord, value: unknown): string | undefined {
  const text = String(value)
  if (target !== 'zen:user') return text
  const user = text.startsWith(EXTERNAL_ID)
    ? account.externalIds.get(text.slice(EXTERNAL_ID.length).toLowerCase())
    : account.users.get(Number(text))
  if (user?.active) return String(user.id)
  const { lookupOfNobody } = account.settings.unknowns
  // A number alone can be taken for an id.
  if (lookupOfNobody === 'refused' || (lookupOfNobody === 'taken' && !/^\d+$/.test(text)))
    throw invalid(key, `${key}: is not a valid record`, 'InvalidValue')
  return lookupOfNobody === 'taken' ? text : undefined
}

/** A lookup field as a user shows it. */
export function showLookup(account: Account, { target }: UserFieldRecord, value: unknown): string | number | null {
  if (value === undefined || value === null) return null
  const { lookupForm, lookupOfDeleted } = account.settings.unknowns
  const isGone = target === 'zen:user' && account.users.get(Number(value))?.active === false
  if (isGone && lookupOfDeleted === 'nothing') return null
  return lookupForm === 'number' ? Number(value) : String(value)
}
