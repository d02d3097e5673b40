import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { TicketsWay } from '@provisioner/shared/config/leavers-tickets.ts'
import type { ZendeskClient } from './client.ts'
import type { CallOptions } from './transport.ts'

/** Who gets the open tickets of leavers. Those whom they can't be given stay in their group, without an assignee. */
export interface TicketHeir {
  /** Why a ticket of this group can't be theirs; undefined where it can. */
  whyNot(groupId: number | null): string | undefined
  /** Null for nobody. */
  readonly zendeskId: number | null
}

/** For `users.remove.tickets: group`: nobody, and that is as it should be. */
const NOBODY: TicketHeir = { zendeskId: null, whyNot: () => undefined }

/**
 * Looks up the team member whom `users.remove.tickets: user:ADDRESS` names, and their groups: Zendesk gives a ticket
 * only to an active team member of its group (article 4408894213018).
 *
 * @throws ZendeskError, or the signal's reason
 */
export async function findTicketHeir(
  zendesk: Pick<ZendeskClient, 'users' | 'memberships'>,
  way: TicketsWay,
  options: CallOptions,
): Promise<TicketHeir> {
  if (way.to !== 'user') return NOBODY
  const [user] = await zendesk.users.search({ email: way.email }, options)
  if (!user || user.active === false) return nobodyAs(`Zendesk has no user '${way.email}'`)
  if (!isTeamRole(user.role ?? undefined)) return nobodyAs(`'${way.email}' is no team member`)
  if (user.suspended === true) return nobodyAs(`'${way.email}' is suspended`)
  const groups = new Set((await zendesk.memberships.ofUser(user.id, options)).map(({ group_id: id }) => id))
  return {
    zendeskId: user.id,
    whyNot: (groupId) =>
      groupId !== null && groups.has(groupId) ? undefined : `'${way.email}' is not in the tickets' group`,
  }
}

/** Somebody who can have no ticket. */
export function nobodyAs(why: string): TicketHeir {
  return { zendeskId: null, whyNot: () => why }
}
