import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Needs } from '../ports.ts'

/** Names that are told before the rest is only counted. */
const TOLD = 10

/** Zendesk's `role_type` of light agents and contributors, who take no seat (`UserObject` of its OpenAPI file). */
const SEATLESS: readonly unknown[] = [1, 3]

/**
 * Says who holds a seat and is no entry's of any connection, as a sentence; empty when nobody is, or Zendesk does not
 * show its team now. Who has the external id of an entry is being created.
 */
export async function describeHolders({ zendesk, records }: Needs<'zendesk' | 'records'>): Promise<string> {
  const team = await zendesk.users.team().catch((): User[] => [])
  const seated = team.filter(({ role, role_type: type }) => isTeamRole(role ?? null) && !SEATLESS.includes(type))
  const owners = await records.ownersOf(
    'user',
    seated.map(({ id }) => id),
  )
  const known = await records.records(
    'user',
    seated.map(({ external_id: id }) => id ?? ''),
  )
  const nobodys = seated.filter((_user, i) => owners[i] === null && known[i] === undefined)
  if (nobodys.length === 0) return ''
  const names = nobodys.slice(0, TOLD).map(nameOf)
  const more = nobodys.length > TOLD ? ` and ${nobodys.length - TOLD} more` : ''
  return `Seats of no entry of the directory: ${names.join(', ')}${more}`
}

function nameOf({ id, email, name, role, suspended }: User): string {
  const about = [role === 'admin' && 'admin', suspended === true && 'suspended'].filter((word) => word !== false)
  return `${email ?? name ?? `user ${id}`}${about.length > 0 ? ` (${about.join(', ')})` : ''}`
}
