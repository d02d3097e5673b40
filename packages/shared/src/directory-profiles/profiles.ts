import { ds389 } from './389ds.ts'
import { activeDirectory } from './active-directory.ts'
import { freeipa } from './freeipa.ts'
import { generic } from './generic.ts'
import { opendj } from './opendj.ts'
import { openldap } from './openldap.ts'
import { oracle } from './oracle.ts'
import { pingdirectory } from './pingdirectory.ts'
import type { DirectoryProfile } from './profile.ts'

export const DIRECTORY_TYPES = [
  'active-directory',
  'openldap',
  '389ds',
  'freeipa',
  'pingdirectory',
  'opendj',
  'oracle',
  'generic',
] as const
export type DirectoryType = (typeof DIRECTORY_TYPES)[number]

/** In the order in which a server is recognised: FreeIPA before what it is built on. */
export const PROFILES: Readonly<Record<DirectoryType, DirectoryProfile>> = {
  'active-directory': activeDirectory,
  openldap,
  freeipa,
  '389ds': ds389,
  pingdirectory,
  opendj,
  oracle,
  generic,
}
