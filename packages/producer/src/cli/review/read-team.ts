import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { unlessWithheld } from '../../cycle/withheld-lists.ts'

/** The account's team as Zendesk shows it. What can't be read is undefined, and says why in `notRead`. */
export interface Team {
  readonly users: readonly User[]
  /** Zendesk's group id → name. */
  readonly groups: ReadonlyMap<number, string> | undefined
  /** User id → ids of their groups. */
  readonly groupsOf: ReadonlyMap<number, ReadonlySet<number>> | undefined
  /** Brand id → name. */
  readonly brands: ReadonlyMap<number, string> | undefined
  /** User id → ids of their brands. */
  readonly brandsOf: ReadonlyMap<number, ReadonlySet<number>> | undefined
  /** Custom role id → name. */
  readonly customRoles: ReadonlyMap<number, string> | undefined
  readonly notRead: readonly { readonly list: string; readonly why: string }[]
}

/**
 * Reads the team with its groups, brands and roles, by lists of 100: an account of 2,000 agents in three groups each
 * takes some 90 requests, and none for a single agent.
 *
 * @throws ZendeskError where the users can't be read, and of what is no matter of rights
 */
export async function readTeam(
  zendesk: Pick<ZendeskClient, 'users' | 'groups' | 'memberships' | 'brands' | 'customRoles'>,
  signal: AbortSignal,
): Promise<Team> {
  const shown = (await zendesk.users.team({ signal })).filter(({ role }) => isTeamRole(role ?? undefined))
  // who is made an admin between the two lists stands in both
  const users = [...new Map(shown.map((user) => [user.id, user])).values()]
  const notRead: { list: string; why: string }[] = []
  const orNone = async <T>(list: string, read: () => Promise<T>): Promise<T | undefined> => {
    const found = await unlessWithheld(read)
    if ('value' in found) return found.value
    notRead.push({ list, why: found.withheld })
    return undefined
  }
  const groups = await orNone('groups', async () => byName(await zendesk.groups.list({ signal })))
  const groupsOf = await orNone('group memberships', async () => {
    const of = new Map<number, Set<number>>()
    for await (const page of zendesk.memberships.list({ signal }))
      for (const { user_id: user, group_id: group } of page) add(of, user, group)
    return of
  })
  const brands = await orNone('brands', async () => byName(await zendesk.brands.list({ signal })))
  const brandsOf = await orNone('brand memberships', async () => {
    const of = new Map<number, Set<number>>()
    for await (const page of zendesk.brands.agents({ signal }))
      for (const { user_id: user, brand_id: brand } of page) add(of, user, brand)
    return of
  })
  const customRoles = await orNone('custom roles', async () => byName(await zendesk.customRoles.list({ signal })))
  return { users, groups, groupsOf, brands, brandsOf, customRoles, notRead }
}

function byName(all: readonly { readonly id: number; readonly name: string }[]): Map<number, string> {
  return new Map(all.map(({ id, name }) => [id, name]))
}

function add(of: Map<number, Set<number>>, user: number, one: number): void {
  of.set(user, (of.get(user) ?? new Set()).add(one))
}
