import type { Problem } from '@provisioner/shared/problem.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'

/**
 * By what Active Directory stands in for a member of another forest, or of a trusted domain ([MS-ADTS] 6.1.1.4.10): the
 * entry has nothing but the SID. What everybody has, such as `S-1-5-11` for all who are signed in, is no person.
 */
const STAND_IN = /^cn=(s-1-5-21-[\d-]+),cn=foreignsecurityprincipals,/

/** So many are named. */
const NAMED = 3

/** Groups with members of other domains. This directory does not show them: nobody would see that they are left out. */
export function foreignMembers({ tree, roots }: DirectoryGroups): Problem[] {
  const all = [...roots.users, ...roots.groups, ...roots.roles, ...roots.managed]
  const once = new Map(all.map((root) => [root.key, root]))
  return [...once.values()].flatMap(({ key, dn, nested }) => {
    const sids = [...tree.membersOf(key, nested)].flatMap((member) => STAND_IN.exec(member)?.[1]?.toUpperCase() ?? [])
    return sids.length === 0 ? [] : [ofOtherDomains(tree.get(key)?.id ?? key, dn, sids.sort())]
  })
}

function ofOtherDomains(id: string, dn: string, sids: readonly string[]): Problem {
  const more = sids.length - NAMED
  const named = [...sids.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ')
  const members = sids.length === 1 ? 'One member of the group is' : `${sids.length} members of the group are`
  return {
    code: 'MEMBERS_OF_OTHER_DOMAINS',
    subject: 'group',
    id,
    dn,
    what: `${members} of another domain, and left out: this directory shows nothing of them but ${named}`,
    todo:
      'Provision them by a connection that reads their own domain, and name their groups there; or take them out of ' +
      'this group',
  }
}
