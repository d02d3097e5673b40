import { ds389 } from './389ds.ts'
import type { DirectoryProfile } from './profile.ts'

/**
 * A 389 Directory Server underneath. Its ACIs show `ipaUniqueID` to everybody who may read users, and `nsUniqueId` not.
 */
export const freeipa: DirectoryProfile = {
  ...ds389,
  product: 'FreeIPA',
  signs: [{ attribute: 'ipatopologypluginversion' }, { attribute: 'ipadomainlevel' }],
  id: 'ipaUniqueID',
  expires: ['krbPrincipalExpiration'],
}
