import { OPENDS } from './opends.ts'
import type { DirectoryProfile } from './profile.ts'

/** ForgeRock calls its own line of it Directory Services, Ping PingDS. */
export const opendj: DirectoryProfile = {
  ...OPENDS,
  product: 'OpenDJ',
  signs: [{ attribute: 'vendorversion', value: /^(OpenDJ|OpenDS|ForgeRock Directory Services|PingDS)\b/ }],
}
