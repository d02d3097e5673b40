import { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { UsersConfig } from '@provisioner/shared/config/users.ts'

import type { Entry, Value } from '../directory/entry.ts'
import { evaluateHere } from './evaluate-expressions.ts'
import type { Mapped } from './mapped.ts'
import { compileMapping, type Explanation, type Mapping, type MappingContext } from './mapping.ts'

export type Attributes = Readonly<Record<string, readonly Value[]>>

export interface Circumstances {
  /** Keys of the groups the entry is in. */
  readonly groups?: readonly string[]
  readonly status?: object | undefined
  readonly externalId?: 'directoryId' | 'none'
}

/** Compiles a mapping as an admin writes it in the configuration: short forms and long ones. */
export function mappingOf(map: object, { status, externalId }: Circumstances = {}): Mapping {
  const users = UsersConfig.parse({
    locations: [{ base: 'dc=org', filter: '(mail=*)' }],
    map,
    ...(externalId && { externalId }),
  })
  const directory = DirectoryConfig.parse({ type: 'generic', urls: ['ldap://localhost'], ...(status && { status }) })
  return compileMapping(users, directory, evaluateHere)
}

export function mapOne(map: object, attributes: Attributes, around: Circumstances = {}): Promise<Mapped> {
  return mapWith(mappingOf(map, around), entryOf(attributes), { groupsOf: () => new Set(around.groups), now: 0 })
}

export async function mapWith(mapping: Mapping, entry: Entry, context: MappingContext): Promise<Mapped> {
  const [mapped] = await mapping.mapAll([{ entry, context }])
  return mapped!
}

export function explainOne(map: object, attributes: Attributes, around: Circumstances = {}): Promise<Explanation> {
  return mappingOf(map, around).explain(entryOf(attributes), { groupsOf: () => new Set(around.groups), now: 0 })
}

function entryOf(attributes: Attributes): Entry {
  return { dn: 'cn=Ada,dc=org', id: 'ada', attributes: new Map(Object.entries(attributes)) }
}
