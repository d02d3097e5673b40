import type { StatusConfig } from '../config/directory-status.ts'

/** What a root DSE (RFC 4512, 5.1) tells a server by: an attribute that only it has, or one with a value that fits. */
export interface Sign {
  /** In lower case. */
  readonly attribute: string
  readonly value?: RegExp
}

/** Where a server says how far its content has come. */
export interface ChangeTokenSource {
  /** The root DSE, the entry at the top of the naming context, or the entries that were changed lately. */
  readonly of: 'root DSE' | 'naming context' | 'entries'
  readonly attribute: string
  /** Whether servers with the same content say the same: the value came with the change, from where it was made. */
  readonly isShared: boolean
}

/**
 * What is the rule for a family of directory servers, so that nobody has to write it. The configuration overrides it.
 */
export interface DirectoryProfile {
  /** What people call it. */
  readonly product: string
  /** One of these is enough. None: nobody is recognised as such. */
  readonly signs: readonly Sign[]
  /** The attribute with the immutable id. */
  readonly id: string
  /** Which entries are disabled; undefined where the family has no rule. */
  readonly status: StatusConfig | undefined
  /** Attributes with the moment from which an entry counts as disabled. */
  readonly expires: readonly string[]
  /** Attributes, in lower case, whose values are bytes even where they happen to be valid UTF-8. */
  readonly binary: readonly string[]
  /** Object classes of people, contacts and computers excluded. */
  readonly personClasses: readonly string[]
  /**
   * Object classes of people that a filter may find: each of them has at least one. They are more than
   * `personClasses`, for a filter finds people of odd classes as well.
   */
  readonly filteredPersonClasses: readonly string[]
  readonly groupClasses: readonly string[]
  /** The attribute by which a user names the groups. */
  readonly memberOf: string
  /**
   * Whether it keeps to RFC 4519, by which a groupOfNames has members: that it shows none proves that they are hidden.
   */
  readonly demandsMembers: boolean
  /** Whether searches ask the server not to refer to other naming contexts: [MS-ADTS] 3.1.1.3.4.1.4. */
  readonly domainScope: boolean
  /** The first that a server shows is followed. */
  readonly changeTokens: readonly ChangeTokenSource[]
}

/**
 * RFC 4533's servers keep the newest change's number there: OpenLDAP with the overlay `syncprov`, or as a replica.
 * A bind DN needs the right to read it.
 */
export const CONTEXT_CSN: ChangeTokenSource = { of: 'naming context', attribute: 'contextCSN', isShared: true }

/** Of the changelog of draft-good-ldap-changelog, where it is switched on. */
export const LAST_CHANGE_NUMBER: ChangeTokenSource = { of: 'root DSE', attribute: 'lastChangeNumber', isShared: false }

/** RFC 4512, 3.4.4. It tells nobody of a deletion, and is looked for where nothing else is shown. */
export const MODIFY_TIMESTAMP: ChangeTokenSource = { of: 'entries', attribute: 'modifyTimestamp', isShared: true }

/** Most directories: those that follow the RFCs, and nothing beyond that is known of. */
export const BY_RFC = {
  signs: [],
  id: 'entryUUID',
  status: undefined,
  // where nothing else is said: RFC 2307 (`shadowAccount`), and MIT Kerberos
  expires: ['shadowExpire', 'krbPrincipalExpiration'],
  // bytes wherever they are found: Active Directory's, and eDirectory's GUID
  binary: [
    'objectguid',
    'objectsid',
    'ms-ds-consistencyguid',
    'msexchmailboxguid',
    'guid',
    'jpegphoto',
    'thumbnailphoto',
  ],
  personClasses: ['inetOrgPerson'],
  // `inetOrgPerson` is a `person`, but not every server looks at superior classes
  filteredPersonClasses: ['inetOrgPerson', 'person', 'posixAccount'],
  groupClasses: ['groupOfNames', 'groupOfEntries', 'groupOfMembers', 'groupOfUniqueNames', 'posixGroup', 'groupOfURLs'],
  memberOf: 'memberOf',
  demandsMembers: false,
  domainScope: false,
  changeTokens: [MODIFY_TIMESTAMP],
} satisfies Omit<DirectoryProfile, 'product'>
