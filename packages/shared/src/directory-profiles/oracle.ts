import { OPENDS } from './opends.ts'
import type { DirectoryProfile } from './profile.ts'

export const oracle: DirectoryProfile = {
  ...OPENDS,
  product: 'Oracle Unified Directory',
  signs: [{ attribute: 'vendorversion', value: /^Oracle Unified Directory\b/ }],
}
