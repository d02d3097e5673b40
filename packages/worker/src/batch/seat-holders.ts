import { hasSeat, nameUsers, nobodysUsers } from '@provisioner/zendesk/nobodys-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Needs } from '../ports.ts'

/**
 * Says who holds a seat and is no entry's of any connection, as a sentence; empty when nobody is, or Zendesk does not
 * show its team now.
 */
export async function describeHolders({ zendesk, records }: Needs<'zendesk' | 'records'>): Promise<string> {
  const team = await zendesk.users.team().catch((): User[] => [])
  const nobodys = await nobodysUsers(team.filter(hasSeat), records)
  return nobodys.length === 0 ? '' : `Seats of no entry of the directory: ${nameUsers(nobodys)}`
}
