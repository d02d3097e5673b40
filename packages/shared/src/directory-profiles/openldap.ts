import { BY_RFC, CONTEXT_CSN, MODIFY_TIMESTAMP, type DirectoryProfile } from './profile.ts'

/** Of its operational attributes none says that an account is disabled: `status` of the configuration has to. */
export const openldap: DirectoryProfile = {
  ...BY_RFC,
  product: 'OpenLDAP',
  signs: [{ attribute: 'objectclass', value: /^OpenLDAProotDSE$/i }],
  demandsMembers: true,
  changeTokens: [CONTEXT_CSN, MODIFY_TIMESTAMP],
}
