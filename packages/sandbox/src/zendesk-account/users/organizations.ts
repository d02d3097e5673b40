import type { Account } from '../account.ts'
import { invalid, refuseUnfit } from '../refusal.ts'
import type { UserRecord } from '../records.ts'
import type { UserBody } from './user-body.ts'

/** Organizations of one user, as Zendesk documents it; what it answers to more nobody recorded. */
const MOST = 300

/**
 * Puts a user into organizations.
 *
 *   request           | becomes
 *   ------------------|----------------------------------------------------------------------
 *   organization      | the one of that name alone; an unknown name is ignored
 *   organization_id   | this one alone, or none
 *   organization_ids  | these and no others, the default one staying if it is among them; several only where the
 *                     | account allows them (`multiple_organizations` of its settings): else a switch says
 */
export function assignOrganizations(account: Account, user: UserRecord, body: UserBody): void {
  const { organization_id: id, organization_ids: ids, organization } = body
  const name =
    typeof organization === 'object' && organization !== null && 'name' in organization ? organization.name : undefined
  if (typeof name === 'string') {
    const found = account.organizations.find((one) => one.name.toLowerCase() === name.toLowerCase())
    if (found) setAll(user, [found.id])
  } else if (id !== undefined) {
    if (id === null) setAll(user, [])
    else if (account.organizations.get(Number(id))) setAll(user, [Number(id)])
    else refuseUnfit(account, 'organization', 'Organization: is invalid')
  } else if (Array.isArray(ids)) setAll(user, readIds(account, ids))
  else if (ids === null) setAll(user, [])
}

function readIds(account: Account, asked: readonly unknown[]): number[] {
  const ids = [...new Set(asked.map(Number))]
  const known = ids.filter((id) => account.organizations.get(id))
  if (known.length < ids.length) refuseUnfit(account, 'organization', 'Organization: is invalid')
  if (known.length > MOST)
    throw invalid('organizations', 'Organizations: are too many (maximum is 300)', 'InvalidValue')
  if (known.length < 2 || account.settings.severalOrganizations) return known
  if (account.settings.unknowns.organizationsOfOne === 'the first one') return known.slice(0, 1)
  throw invalid('organizations', 'Organizations: a user can belong to one only', 'InvalidValue')
}

function setAll(user: UserRecord, ids: readonly number[]): void {
  user.organization_ids = ids
  if (user.organization_id === null || !ids.includes(user.organization_id)) user.organization_id = ids[0] ?? null
}

/** The user's organization memberships, the default one first, then by name (official OpenAPI file). */
export function organizationsOf(account: Account, user: UserRecord) {
  const names = user.organization_ids.map((id) => account.organizations.get(id)!)
  const isDefault = (id: number) => id === user.organization_id
  return names
    .toSorted((a, b) => Number(isDefault(b.id)) - Number(isDefault(a.id)) || (a.name < b.name ? -1 : 1))
    .map(({ id, name }) => ({
      id: account.pairId(user.id, id),
      user_id: user.id,
      organization_id: id,
      organization_name: name,
      default: isDefault(id) || null,
      view_tickets: false,
      created_at: user.created_at,
      updated_at: user.updated_at,
    }))
}
