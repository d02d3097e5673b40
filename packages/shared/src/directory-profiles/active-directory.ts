import { BY_RFC, type DirectoryProfile } from './profile.ts'

/**
 * What [MS-ADTS] 3.1.1.3.4.3 has for Active Directory, and for its Lightweight Directory Services.
 * Samba says so too.
 */
const CAPABILITIES = /^1\.2\.840\.113556\.1\.4\.(800|1851)$/

export const activeDirectory: DirectoryProfile = {
  ...BY_RFC,
  product: 'Active Directory',
  signs: [{ attribute: 'supportedcapabilities', value: CAPABILITIES }],
  id: 'objectGUID',
  // ACCOUNTDISABLE
  status: { attribute: 'userAccountControl', bit: 2 },
  expires: ['accountExpires'],
  personClasses: ['user'],
  filteredPersonClasses: ['user'],
  groupClasses: ['group'],
  domainScope: true,
  // [MS-ADTS] 3.1.1.3.2.18: each domain controller counts for itself
  changeTokens: [{ of: 'root DSE', attribute: 'highestCommittedUSN', isShared: false }],
}
