import { OPENDS } from './opends.ts'
import type { DirectoryProfile } from './profile.ts'

export const pingdirectory: DirectoryProfile = {
  ...OPENDS,
  product: 'PingDirectory',
  signs: [{ attribute: 'vendorversion', value: /^(PingDirectory|Ping Identity Directory|UnboundID)\b/ }],
}
