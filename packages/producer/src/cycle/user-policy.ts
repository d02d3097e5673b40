import { ticketsWay } from '@provisioner/shared/config/leavers-tickets.ts'
import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { UserPolicy } from '../plan/user-policy.ts'

/** The policy that plans are filtered by, from the connection's `users` section. */
export function userPolicyOf(users: UsersConfig, lightAgentRole?: number): UserPolicy {
  const { actions, provisionDisabled, remove, goneInZendesk, map } = users
  const { agents } = remove
  const { allowDowngrade = false, allowAdmin = false } = map.role ?? {}
  const holdsTickets = ticketsWay(remove.tickets).to === 'hold'
  return {
    ...{ actions, provisionDisabled, remove, agents, lightAgentRole, goneInZendesk },
    ...{ allowDowngrade, allowAdmin, holdsTickets },
  }
}

/** DNs of the groups that decide roles, custom roles, brands and default groups, as written. */
export function roleGroupsOf({ map }: UsersConfig): string[] {
  const deciding = [map.role, map.custom_role, map.brands, map.default_group]
  return [...new Set(deciding.flatMap((mapping) => Object.keys(mapping?.byGroup ?? {})))]
}
