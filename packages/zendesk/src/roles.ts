import { z } from 'zod'
import { Id } from './id.ts'
import type { CallOptions, Sender } from './transport.ts'

/** An agent's role of the account's own making, or one of Zendesk's: light agent, contributor. */
export const CustomRole = z.looseObject({
  id: Id,
  name: z.string(),
  role_type: z.number().nullish(),
})
export type CustomRole = z.infer<typeof CustomRole>

/** `role_type` of Zendesk's own roles: 4 is an admin, 5 a billing admin (`UserObject` of its OpenAPI file). */
const ADMIN_ROLE_TYPES: readonly unknown[] = [4, 5]

/** Whether the role is Zendesk's own for an admin, in the list of custom roles. */
export function isAdminRole({ role_type: type }: Pick<CustomRole, 'role_type'>): boolean {
  return ADMIN_ROLE_TYPES.includes(type)
}

/** `role_type` of Zendesk's own light agents (the same), who take no seat. */
const LIGHT_AGENT = 1

/** Whether the role is Zendesk's own for light agents. */
export function isLightAgentRole({ role_type: type }: Pick<CustomRole, 'role_type'>): boolean {
  return type === LIGHT_AGENT
}

/** Whether the role is of the account's own making: the others are Zendesk's, in every account of a plan. */
export function isOwnRole({ role_type: type }: Pick<CustomRole, 'role_type'>): boolean {
  return type === 0
}

export type CustomRolesApi = ReturnType<typeof customRolesApi>

export function customRolesApi(transport: Sender) {
  return {
    /** All of them: the list has no pages. A plan without custom roles answers 403 or 404. */
    async list(options?: CallOptions): Promise<CustomRole[]> {
      const answer = z.object({ custom_roles: z.array(CustomRole) })
      return (await transport.send({ method: 'GET', path: '/api/v2/custom_roles', answer }, options)).custom_roles
    },
  }
}
