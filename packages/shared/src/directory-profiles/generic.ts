import { BY_RFC, CONTEXT_CSN, LAST_CHANGE_NUMBER, MODIFY_TIMESTAMP, type DirectoryProfile } from './profile.ts'

/** Whatever else speaks LDAP. */
export const generic: DirectoryProfile = {
  ...BY_RFC,
  product: 'another LDAP server',
  changeTokens: [CONTEXT_CSN, LAST_CHANGE_NUMBER, MODIFY_TIMESTAMP],
}
