import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isAdminRole, isLightAgentRole, isOwnRole } from '@provisioner/zendesk/roles.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { z } from 'zod'
import { KnownField } from '../mapping/user-fields.ts'
import { knownFields } from './known-fields.ts'
import { makesLightAgents } from './light-agents.ts'
import { unlessWithheld } from './withheld-lists.ts'

const Pairs = z.array(z.tuple([z.string(), z.number()]).readonly()).readonly()
type Pairs = z.infer<typeof Pairs>

export const NamedKind = z.enum(['organizations', 'customRoles', 'locales', 'brands', 'defaultGroups'])
export type NamedKind = z.infer<typeof NamedKind>

/** What an account has by name, as it was read; a kind that the mapping does not speak of is left out. */
export const Listing = z.object({
  /** Milliseconds since the epoch. */
  readAt: z.number(),
  organizations: Pairs.exactOptional(),
  /** Set where the account does not let a user be in several, and the mapping asks for them. */
  oneOrganization: z.literal(true).exactOptional(),
  customRoles: Pairs.exactOptional(),
  /** Ids of the custom roles that are Zendesk's names for its admins. */
  adminRoles: z.array(z.number()).readonly(),
  /** Id of the one for light agents; null where there is none. */
  lightAgentRole: z.number().nullable().exactOptional(),
  /** Whether some of them are the account's own, and not Zendesk's: light agent, contributor and the like. */
  ownRoles: z.boolean().exactOptional(),
  locales: Pairs.exactOptional(),
  /** By name and by subdomain. */
  brands: Pairs.exactOptional(),
  /** All groups, for one of them may be somebody's default group. */
  defaultGroups: Pairs.exactOptional(),
  /** Null when the account does not show them. */
  userFields: z.array(KnownField).readonly().nullable().exactOptional(),
  /** Why Zendesk does not let the others be read. */
  withheld: z.partialRecord(NamedKind, z.string()).exactOptional(),
})
export type Listing = Readonly<z.infer<typeof Listing>>

export type Kind = NamedKind | 'userFields'

const KINDS = [
  { kind: 'organizations', mapped: ['organization', 'organizations'] },
  { kind: 'customRoles', mapped: ['custom_role'] },
  { kind: 'locales', mapped: ['locale'] },
  { kind: 'brands', mapped: ['brands'] },
  { kind: 'defaultGroups', mapped: ['default_group'] },
  { kind: 'userFields', mapped: ['user_fields'] },
] as const

/** What of an account the mapping speaks of by name; of custom roles, that leavers become light agents does as well. */
export function kindsNamedBy(users: Pick<UsersConfig, 'map' | 'remove'>): Kind[] {
  const isNamed = (mapped: readonly (keyof UsersConfig['map'])[]) =>
    mapped.some((name) => users.map[name] !== undefined || (name === 'custom_role' && makesLightAgents(users)))
  return KINDS.filter(({ mapped }) => isNamed(mapped)).map(({ kind }) => kind)
}

/**
 * Reads what a mapping speaks of. What Zendesk does not let be read is among the withheld; user fields that it does
 * not show are those that were known before. Without the account's settings nobody can tell whether it allows several
 * organizations: they count as withheld.
 *
 * @throws Zendesk's other errors
 */
export async function readListing(
  zendesk: ZendeskClient,
  users: UsersConfig,
  before: Listing | undefined,
  signal: AbortSignal,
): Promise<Omit<Listing, 'readAt'>> {
  const { organizations, customRoles, locales, brands, groups, userFields, accountSettings } = zendesk
  const { map } = users
  let adminRoles: number[] = []
  let lightAgentRole: number | null | undefined
  let oneOrganization = false as boolean
  let ownRoles = false as boolean
  const readers = {
    organizations: async () => {
      if (map.organizations !== undefined) {
        const { user } = await accountSettings.show({ signal })
        oneOrganization = user?.multiple_organizations !== true
      }
      return pairsOf(organizations.list({ signal }), ({ name, id }) => [[name, id]])
    },
    customRoles: async () => {
      const roles = await customRoles.list({ signal })
      ownRoles = roles.some((one) => isOwnRole(one))
      adminRoles = roles.filter((one) => isAdminRole(one)).map((one) => one.id)
      lightAgentRole = roles.find((one) => isLightAgentRole(one))?.id ?? null
      return roles.map((one) => [one.name, one.id] as const)
    },
    locales: async () =>
      (await locales.list({ signal })).flatMap((one) => [
        [one.locale, one.id] as const,
        ...(one.name ? [[one.name, one.id] as const] : []),
      ]),
    brands: async () => {
      const all = await brands.list({ signal })
      // A name comes before another brand's subdomain.
      return [...all.map(({ name, id }) => [name, id] as const), ...all.map((one) => [one.subdomain, one.id] as const)]
    },
    defaultGroups: async () => (await groups.list({ signal })).map(({ name, id }) => [name, id] as const),
  }
  const listing: { [kind in NamedKind]?: Pairs } & { userFields?: readonly KnownField[] | null } = {}
  const withheld: { [kind in NamedKind]?: string } = {}
  for (const kind of kindsNamedBy(users))
    if (kind === 'userFields') listing[kind] = (await knownFields(userFields, signal)) ?? before?.userFields ?? null
    else {
      const read = await unlessWithheld<Pairs>(readers[kind])
      if ('value' in read) listing[kind] = read.value
      else withheld[kind] = read.withheld
    }
  return {
    ...listing,
    adminRoles,
    ...(lightAgentRole !== undefined && { lightAgentRole }),
    ...(listing.customRoles && { ownRoles }),
    ...(oneOrganization && { oneOrganization }),
    ...(Object.keys(withheld).length > 0 && { withheld }),
  }
}

async function pairsOf<T>(
  pages: AsyncIterable<readonly T[]>,
  pairs: (one: T) => (readonly [string, number])[],
): Promise<Pairs> {
  const names: (readonly [string, number])[] = []
  for await (const page of pages) for (const one of page) names.push(...pairs(one))
  return names
}

/**
 * Whether the account has custom roles of its own. False also where it does not show them.
 *
 * @throws ZendeskError of credentials that are refused, which concern the whole cycle
 */
export async function hasOwnRoles({ customRoles }: ZendeskClient, signal: AbortSignal): Promise<boolean> {
  try {
    return (await customRoles.list({ signal })).some((one) => isOwnRole(one))
  } catch (error) {
    if (error instanceof ZendeskError && error.problem.kind !== 'unauthenticated') return false
    throw error
  }
}
