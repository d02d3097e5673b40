import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'
import { didYouMean } from '@provisioner/shared/config/did-you-mean.ts'
import type { Location } from '@provisioner/shared/config/location.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { attributesOf } from '../directory/ldap/filter.ts'

/** A directory attribute that the configuration names, and where. */
export interface Named {
  /** In lower case. */
  readonly attribute: string
  readonly written: string
  readonly setting: string
  /** Whether an entry that has it proves it to be known. */
  readonly isRead: boolean
}

/** @param types the schema's attribute types: lower case → as written there */
export function unknownAttribute(
  connection: string,
  { attribute, written, setting, isRead }: Named,
  types: ReadonlyMap<string, string>,
): Problem {
  const isOfMapping = setting.startsWith('users.map.')
  const near = didYouMean(written, [...types.values()])
  const what = isRead
    ? `No entry has '${written}', and the server's schema does not know it`
    : `The server's schema does not know '${written}'`
  return {
    code: 'ATTRIBUTE_UNKNOWN',
    subject: 'connection',
    id: `${connection}.${setting}.${attribute}`,
    attribute: written,
    what: `${what}, which ${setting} names${near ? `; did you mean '${near}'?` : ''}`,
    todo: `Correct ${setting}; if it is meant, set expectEmpty: true there${isOfMapping ? KEPT : ''}`,
  }
}

const KEPT = '. Until then nothing is emptied for it in Zendesk'

export function emptyLocation(
  connection: string,
  setting: string,
  { base, filter, group }: Location,
  sent: string,
  unknown: ReadonlyMap<string, Problem>,
): Problem {
  const looked = group
    ? `the members of '${group}'`
    : filter
      ? `the filter ${filter}${sent === filter ? '' : ` (sent as ${sent})`}`
      : sent
  const why = filter ? attributesOf(filter).find((attribute) => unknown.has(attribute.toLowerCase())) : undefined
  return {
    code: 'LOCATION_EMPTY',
    subject: 'connection',
    id: `${connection}.${setting}`,
    what: `${setting} finds nothing: below '${base}' no entry fits ${looked}${why ? `; the schema does not know '${why}'` : ''}`,
    todo: `Correct the base or the filter, or let the bind DN read what is there; if nothing is expected, set ${setting}.expectEmpty: true`,
  }
}

export function emptyMapping(
  connection: string,
  name: string,
  { from, expression }: AttributeMapping,
  mapped: number,
): Problem {
  const source = expression === undefined ? from.map((one) => `'${one}'`).join(', ') : 'an expression'
  return {
    code: 'MAPPING_EMPTY',
    subject: 'connection',
    id: `${connection}.map.${name}`,
    attribute: name,
    what: `users.map.${name} yields nothing for anybody: it is read from ${source}, and none of ${mapped} people has a value there`,
    todo: `Check the attribute's name and whether the bind DN may read it; if nothing is expected yet, set users.map.${name}.expectEmpty: true`,
  }
}

export function emptyRole(groupId: string, dn: string, mapped: number): Problem {
  return {
    code: 'GROUP_EMPTY',
    subject: 'group',
    id: groupId,
    dn,
    what: `byGroup names the group, and none of ${mapped} people in scope is in it: nobody gets what it gives`,
    todo: 'Add its members, or check whether they are in users.locations; if nobody is expected yet, set expectEmpty: true beside byGroup',
  }
}
