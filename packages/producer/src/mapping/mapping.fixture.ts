import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { UsersConfig } from '@provisioner/shared/config/users.ts'

import type { Entry, Value } from '../directory/entry.ts'
import type { Mapped } from './mapped.ts'
import { compileMapping, type Explanation } from './mapping.ts'

/** A mapping as the admin writes it: short forms and long ones. */
export type WrittenMap = Readonly<Record<string, unknown>>

const LONG = { trim: true, case: 'none', whenEmpty: 'clear', createOnly: false, masked: false }

export function usersConfig(map: WrittenMap, externalId: 'directoryId' | 'none' = 'directoryId'): UsersConfig {
  const { user_fields: fields, ...rest } = map
  return {
    map: { ...long(rest), user_fields: long((fields ?? {}) as WrittenMap) },
    externalId,
  } as unknown as UsersConfig
}
function long(map: WrittenMap): Record<string, AttributeMapping> {
  return Object.fromEntries(
    Object.entries(map).map(([k, v]) => {
      const o = typeof v === 'string' ? { from: v } : (v as any)
      return [k, { ...LONG, ...o, from: [o.from ?? []].flat() }]
    }),
  )
}

export function directoryConfig({ status }: { status?: unknown }): DirectoryConfig {
  return { status, membership: { group: 'member', user: 'memberOf' } } as unknown as DirectoryConfig
}

export function entryOf(attributes: Readonly<Record<string, readonly Value[]>>): Entry {
  return { dn: 'cn=Ada,dc=org', id: 'ada', attributes: new Map(Object.entries(attributes)) }
}

export interface Circumstances {
  readonly groups?: readonly string[]
  readonly status?: unknown
  readonly externalId?: 'directoryId' | 'none'
}

export function mapOne(
  map: WrittenMap,
  attributes: Readonly<Record<string, readonly Value[]>>,
  around: Circumstances = {},
): Promise<Mapped> {
  const { groups = [], externalId } = around
  return compileMapping(usersConfig(map, externalId), directoryConfig(around)).map(entryOf(attributes), {
    groupsOf: () => new Set(groups),
  })
}

export function explainOne(
  map: WrittenMap,
  attributes: Readonly<Record<string, readonly Value[]>>,
  around: Circumstances = {},
): Promise<Explanation> {
  const { groups = [], externalId } = around
  return compileMapping(usersConfig(map, externalId), directoryConfig(around)).explain(entryOf(attributes), {
    groupsOf: () => new Set(groups),
  })
}
