/** Entries that can have members, in any server family. */
export const GROUP_FILTER =
  '(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup))'

/**
 * People, in any server family, for a location that names a group or nothing but its base. Active Directory's computers
 * are `user` objects too, and are left out.
 */
export const PERSON_FILTER =
  '(&(|(objectClass=inetOrgPerson)(objectClass=person)(objectClass=user)(objectClass=account))(!(objectClass=computer)))'
