import type { Problem } from '@provisioner/shared/problem.ts'
import { isWithheld } from '@provisioner/zendesk/errors.ts'

/** The lists of an account without which a cycle goes on, and what stays as it is meanwhile. */
const LISTS = {
  organizations: {
    name: 'organizations',
    stays: 'organization',
    remedy: 'take organization and organizations out of users.map',
  },
  customRoles: {
    name: 'custom roles',
    stays: 'custom_role, and the role that comes with it,',
    remedy: 'take custom_role out of users.map, for a plan without custom roles has none',
  },
  locales: { name: 'locales', stays: 'locale', remedy: 'take locale out of users.map' },
  brands: { name: 'brands', stays: 'brands', remedy: 'take brands out of users.map' },
  defaultGroups: { name: 'groups', stays: 'default_group', remedy: 'take default_group out of users.map' },
  groups: {
    name: 'groups',
    stays: 'no group is created, linked or renamed; members of linked groups come and go',
    remedy: 'take the groups section out',
  },
  memberships: {
    name: 'group memberships',
    stays: 'those that somebody made or removed by hand stay so',
    remedy: 'take the groups section out',
  },
  team: {
    name: 'agents and admins',
    stays: 'nobody is told which of them are in no directory',
    remedy: 'leave it at that',
  },
  admins: {
    name: 'administrators',
    stays: 'no administrator is suspended, deleted or lowered, for it may be the last one',
    remedy: 'name the administrators in accounts.*.protect',
  },
} as const

export type WithheldList = keyof typeof LISTS

/** Reads a list, or tells what keeps everybody with these credentials from reading it. @throws any other error */
export async function unlessWithheld<T>(read: () => Promise<T>): Promise<{ value: T } | { withheld: string }> {
  try {
    return { value: await read() }
  } catch (error) {
    if (!isWithheld(error)) throw error
    const scopes = error.problem.kind === 'forbidden' ? error.problem.scopes : undefined
    return { withheld: scopes ? `the OAuth client lacks the scope ${scopes.join(', ')}` : String(error.status) }
  }
}

/**
 * One problem for all users and groups that a list concerns.
 * @param why what {@link unlessWithheld} said
 * @param entries how many it concerns
 */
export function listUnread(connection: string, list: WithheldList, why: string, entries?: number): Problem {
  const { name, stays, remedy } = LISTS[list]
  const rest =
    entries === undefined ? stays : `${stays} of ${entries} ${entries === 1 ? 'entry' : 'entries'} is left alone`
  return {
    code: 'ZENDESK_LIST_UNREAD',
    subject: 'connection',
    id: `${connection}.${list}`,
    what: `Zendesk does not let us read its ${name} (${why}): ${rest}; everything else goes on`,
    todo: `Give the API's user the right to read ${name}, or ${remedy}`,
  }
}
