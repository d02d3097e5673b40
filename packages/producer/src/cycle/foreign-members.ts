import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { isBelow, normaliseDn } from '../directory/dn.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'

/**
 * By what Active Directory stands in for a member of another forest ([MS-ADTS] 6.1.1.4.10): the entry has nothing but
 * the SID. What everybody has, such as `S-1-5-11` for all who are signed in, is no person.
 */
const STAND_IN = /^cn=(s-1-5-21-[\d-]+),cn=foreignsecurityprincipals,/

/** What a DN says of its domain: all of the `dc` at its end. */
const DOMAIN = /(?:^|,)(dc=[^,=]+(?:,dc=[^,=]+)*)$/

/** A global catalogue has the users of all domains of its forest, and of a domain controller one domain. */
const CATALOGUE_PORTS = ['3268', '3269']

/** So many are named. */
const NAMED = 3

/**
 * Groups of Active Directory with members of domains that the connection does not read: nobody would see that they are
 * left out. A connection reads the domains of `users.locations`, from a global catalogue those below them as well.
 */
export function foreignMembers({ tree, roots }: DirectoryGroups, connection: ConnectionConfig): Problem[] {
  const all = [...roots.users, ...roots.groups, ...roots.roles, ...roots.managed]
  const once = new Map(all.map((root) => [root.key, root]))
  const isRead = readDomains(connection)
  const foreign = (member: string) => {
    const sid = STAND_IN.exec(member)?.[1]?.toUpperCase()
    if (sid !== undefined) return sid
    const domain = DOMAIN.exec(member)?.[1]
    return domain === undefined || isRead(domain) ? [] : member
  }
  return [...once.values()].flatMap(({ key, dn, nested }) => {
    const members = [...tree.membersOf(key, nested)].flatMap(foreign).sort()
    return members.length === 0 ? [] : [ofOtherDomains(tree.get(key)?.id ?? key, dn, members)]
  })
}

function readDomains({ directory, users }: ConnectionConfig): (domain: string) => boolean {
  if (directory.type !== 'active-directory') return () => true
  const bases = users.locations.map(({ base }) => normaliseDn(base))
  const domains = new Set(bases.map((base) => DOMAIN.exec(base)?.[1] ?? ''))
  const isCatalogue = directory.urls.every((url) => CATALOGUE_PORTS.includes(new URL(url).port))
  if (!isCatalogue) return (domain) => domains.has(domain)
  return (domain) => domains.has(domain) || bases.some((base) => isBelow(domain, base))
}

function ofOtherDomains(id: string, dn: string, all: readonly string[]): Problem {
  const more = all.length - NAMED
  const named = [...all.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join('; ')
  const members = all.length === 1 ? 'One member of the group is' : `${all.length} members of the group are`
  return {
    code: 'MEMBERS_OF_OTHER_DOMAINS',
    subject: 'group',
    id,
    dn,
    what: `${members} of another domain, which this connection does not read, and left out: ${named}`,
    todo:
      'Of the same forest: read a global catalogue (port 3268, with TLS 3269), and have their domain in ' +
      'users.locations. Of another one, shown by a SID: provision them by a connection that reads it, and name their ' +
      'groups there. Or take them out of this group',
  }
}
