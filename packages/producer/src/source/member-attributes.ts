import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'

/**
 * The attributes by which groups name their members, by object class in lower case.
 *
 *   object class                         | attribute    | values                    | source
 *   -------------------------------------|--------------|---------------------------|----------------------------
 *   groupOfNames                         | member       | DNs                       | RFC 4519, 3.5
 *   groupOfEntries                       | member       | DNs                       | draft-findlay-ldap-groupofentries
 *   groupOfMembers                       | member       | DNs                       | draft-howard-rfc2307bis
 *   group                                | member       | DNs                       | [MS-ADSC]
 *   groupOfUniqueNames                   | uniqueMember | DNs, with an optional UID | RFC 4519, 3.6; RFC 4517, 3.3.21
 *   posixGroup                           | memberUid    | the members' `uid`        | RFC 2307, 4
 *   groupOfURLs                          | memberURL    | LDAP URLs: searches       | OpenLDAP's dyngroup.schema
 *   none of these                        | all of these |                           |
 */
const BY_CLASS: Readonly<Record<string, string>> = {
  groupofnames: 'member',
  groupofentries: 'member',
  groupofmembers: 'member',
  group: 'member',
  groupofuniquenames: 'uniqueMember',
  posixgroup: 'memberUid',
  groupofurls: 'memberURL',
}

const ALL = [...new Set(Object.values(BY_CLASS))]

/**
 * Classes that must have their attribute (RFC 4519), where the server holds to it: its absence proves that it is
 * hidden.
 */
const DEMANDED = ['groupofnames', 'groupofuniquenames']

type Source = Pick<DirectoryConfig, 'type' | 'membership'>

/** The attributes to ask for. */
export function memberAttributes({ membership }: Source): readonly string[] {
  return configured(membership.group) ?? ALL
}

/** The attributes by which a group of these classes names its members. */
export function attributesOf(classes: readonly string[], { membership }: Source): readonly string[] {
  const set = configured(membership.group)
  if (set) return set
  const known = [...new Set(classes.flatMap((name) => BY_CLASS[name.toLowerCase()] ?? []))]
  return known.length > 0 ? known : ALL
}

/**
 * Of those, the ones that the group can not be without. 389 Directory Server and its kin do not hold to the standard.
 */
export function demandedOf(classes: readonly string[], { type, membership }: Source): readonly string[] {
  if (!PROFILES[type].demandsMembers || membership.group === false) return []
  const demanded = classes.map((name) => name.toLowerCase()).filter((name) => DEMANDED.includes(name))
  const looked = attributesOf(classes, { type, membership }).map((name) => name.toLowerCase())
  return demanded.map((name) => BY_CLASS[name]!).filter((name) => looked.includes(name.toLowerCase()))
}

function configured(group: Source['membership']['group']): readonly string[] | undefined {
  if (group === undefined) return undefined
  return group === false ? [] : [group].flat()
}
