import { BY_RFC, type DirectoryProfile } from './profile.ts'

/** Whatever else speaks LDAP. */
export const generic: DirectoryProfile = { ...BY_RFC, product: 'another LDAP server' }
