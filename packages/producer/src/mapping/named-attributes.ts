/** What the mapping gives by name, and Zendesk takes by id: one thing each. */
export const NAMED = [
  { name: 'organization', id: 'organization_id', catalogue: 'organizations', code: 'ORGANIZATION_UNKNOWN' },
  { name: 'custom_role', id: 'custom_role_id', catalogue: 'customRoles', code: 'CUSTOM_ROLE_UNKNOWN' },
  { name: 'default_group', id: 'default_group_id', catalogue: 'defaultGroups', code: 'DEFAULT_GROUP_UNKNOWN' },
  { name: 'locale', id: 'locale_id', catalogue: 'locales', code: 'LOCALE_UNKNOWN' },
] as const

/** The same, where Zendesk takes a list of ids, and how many. */
export const NAMED_SETS = [
  {
    name: 'organizations',
    id: 'organization_ids',
    catalogue: 'organizations',
    code: 'ORGANIZATION_UNKNOWN',
    most: 300,
  },
  { name: 'brands', id: 'agent_brand_ids', catalogue: 'brands', code: 'BRAND_UNKNOWN', most: Infinity },
] as const

/** What an account has by name. */
export type NamedCatalogue = (typeof NAMED)[number]['catalogue'] | (typeof NAMED_SETS)[number]['catalogue']

/** Zendesk's name of an attribute of the mapping. */
export function idName(attribute: string): string {
  return [...NAMED, ...NAMED_SETS].find(({ name }) => name === attribute)?.id ?? attribute
}

/** The mapping's name of an attribute of Zendesk. */
export function mappedName(attribute: string): string {
  return [...NAMED, ...NAMED_SETS].find(({ id }) => id === attribute)?.name ?? attribute
}
