import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

/** Whether leavers are to become light agents, whose role has to be known then. */
export function makesLightAgents({ remove }: Pick<UsersConfig, 'remove'>): boolean {
  return Object.values(remove.agents).includes('light-agent')
}

/**
 * Tells that the account has no light agents, where leavers are to become some.
 *
 * @param role null when the account was asked and has none, undefined when nobody knows
 */
export function lightAgentProblems(connection: string, users: UsersConfig, role: number | null | undefined): Problem[] {
  if (role !== null || !makesLightAgents(users)) return []
  return [
    {
      code: 'LIGHT_AGENT_ROLE_MISSING',
      subject: 'connection',
      id: `${connection}.light-agent`,
      what:
        'Zendesk shows no custom role for light agents (role_type 1): leavers are suspended, and keep their seats, ' +
        'where users.remove.agents says light-agent',
      todo: "Have light agents activated in Zendesk, or write 'downgrade' there",
    },
  ]
}
