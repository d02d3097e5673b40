import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'

/** What differs between the kinds of directory servers. Their id attributes are defaults of the configuration. */
export interface ServerProfile {
  /** Attributes, in lower case, whose values are bytes even where they happen to be valid UTF-8. */
  readonly binary: readonly string[]
  /** Attributes that a server returns only when they are asked for by name. */
  readonly operational: readonly string[]
  /** Object classes of people, contacts and computers excluded. */
  readonly userClasses: readonly string[]
  /**
   * Object classes of people that a filter may find: each of them has at least one. They are more than `userClasses`,
   * for a filter finds people of odd classes as well.
   */
  readonly filteredUserClasses: readonly string[]
  readonly groupClasses: readonly string[]
  /** Whether searches ask the server not to refer to other naming contexts: [MS-ADTS] 3.1.1.3.4.1.4. */
  readonly domainScope: boolean
}

/** Bytes wherever they are found: Active Directory's, and eDirectory's GUID. */
const BINARY = [
  'objectguid',
  'objectsid',
  'ms-ds-consistencyguid',
  'msexchmailboxguid',
  'guid',
  'jpegphoto',
  'thumbnailphoto',
]

/** `inetOrgPerson` is a `person`, but not every server looks at superior classes. */
const PEOPLE = ['inetOrgPerson', 'person', 'posixAccount']

const GROUPS = ['groupOfNames', 'groupOfEntries', 'groupOfMembers', 'groupOfUniqueNames', 'posixGroup', 'groupOfURLs']

export const PROFILES: Readonly<Record<DirectoryConfig['type'], ServerProfile>> = {
  'active-directory': {
    binary: BINARY,
    operational: ['memberOf', 'primaryGroupToken', 'tokenGroups', 'msDS-User-Account-Control-Computed'],
    userClasses: ['user'],
    filteredUserClasses: ['user'],
    groupClasses: ['group'],
    domainScope: true,
  },
  openldap: {
    binary: BINARY,
    operational: ['entryUUID', 'memberOf', 'createTimestamp', 'modifyTimestamp', 'pwdAccountLockedTime'],
    userClasses: ['inetOrgPerson'],
    filteredUserClasses: PEOPLE,
    groupClasses: GROUPS,
    domainScope: false,
  },
  '389ds': {
    binary: BINARY,
    operational: ['nsUniqueId', 'entryUUID', 'memberOf', 'nsAccountLock', 'entryusn', 'modifyTimestamp'],
    userClasses: ['inetOrgPerson'],
    filteredUserClasses: PEOPLE,
    groupClasses: GROUPS,
    domainScope: false,
  },
  generic: {
    binary: BINARY,
    operational: ['entryUUID', 'memberOf', 'isMemberOf', 'ds-pwp-account-disabled', 'modifyTimestamp'],
    userClasses: ['inetOrgPerson'],
    filteredUserClasses: PEOPLE,
    groupClasses: GROUPS,
    domainScope: false,
  },
}

/**
 * The object classes of people and of groups that a directory is searched for: the configuration's, else the type's.
 */
export function classesOf({
  type,
  personClasses,
  groupClasses,
}: Pick<DirectoryConfig, 'type' | 'personClasses' | 'groupClasses'>): {
  person: readonly string[]
  /** The classes of people that a filter finds. */
  filteredPerson: readonly string[]
  group: readonly string[]
} {
  const profile = PROFILES[type]
  return {
    person: personClasses ?? profile.userClasses,
    filteredPerson: personClasses ?? profile.filteredUserClasses,
    group: groupClasses ?? profile.groupClasses,
  }
}
