import type { DirectoryProfile, Sign } from './profile.ts'
import { PROFILES, type DirectoryType } from './profiles.ts'

/** The attributes of a root DSE, by their names in lower case. */
export type RootDse = ReadonlyMap<string, readonly string[]>

/** A directory server, as its root DSE shows it. */
export interface FoundServer {
  /** undefined for one that none of the profiles knows. */
  readonly type: DirectoryType | undefined
  /** Product and version, as people call them, such as `389 Directory Server (389-Directory/2.3.1 B2022.272.0000)`. */
  readonly name: string
}

/** What to ask a root DSE for. Some servers leave out what nobody asked for by name. */
export const ROOT_DSE_ATTRIBUTES = [
  'objectClass',
  'vendorName',
  'vendorVersion',
  'supportedCapabilities',
  'ipaTopologyPluginVersion',
  'ipaDomainLevel',
]

/** Recognises a server by its root DSE. */
export function recognise(rootDse: RootDse): FoundServer {
  const fits = ({ attribute, value }: Sign) =>
    (rootDse.get(attribute) ?? []).some((one) => value === undefined || value.test(one))
  const type = (Object.keys(PROFILES) as DirectoryType[]).find((one) => PROFILES[one].signs.some(fits))
  return { type, name: nameOf(type && PROFILES[type], saidBy(rootDse)) }
}

/** Samba's version is a number without a name, and its vendor's name has an address behind it. */
function saidBy(rootDse: RootDse): string | undefined {
  const version = rootDse.get('vendorversion')?.[0]
  const vendor = rootDse.get('vendorname')?.[0]?.replace(/ \(.*\)$/, '')
  if (version === undefined || vendor === undefined) return version ?? vendor
  return /^\d+\./.test(version) ? `${vendor} ${version}` : version
}

function nameOf(profile: DirectoryProfile | undefined, said: string | undefined): string {
  if (profile === undefined) return said ?? 'an LDAP server that does not say what it is'
  if (said === undefined || said.startsWith(profile.product)) return said ?? profile.product
  return `${profile.product} (${said})`
}
