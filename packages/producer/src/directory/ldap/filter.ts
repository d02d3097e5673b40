import { isUtf8 } from 'node:buffer'
import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts'
import { type LdapFilter, parseFilter as parse, unescapeAssertion } from '@provisioner/shared/ldap/parse-filter.ts'
import { SearchFilterError } from './errors.ts'

/** Every entry has an object class. */
export const ANY_ENTRY = '(objectClass=*)'

/**
 * The filter that a text means (RFC 4515). Not by ldapts' own parser: it takes each escaped byte for a letter, so that
 * `M\c3\bcller` would find no Müller, and refuses OIDs, options and blanks between the parts.
 *
 * @throws SearchFilterError
 */
export function parseFilter(text: string): Filter {
  try {
    return toLdapts(parse(text))
  } catch (error) {
    throw new SearchFilterError(text, error)
  }
}

function toLdapts(filter: LdapFilter): Filter {
  switch (filter.kind) {
    case 'and':
      return new AndFilter({ filters: filter.parts.map(toLdapts) })
    case 'or':
      return new OrFilter({ filters: filter.parts.map(toLdapts) })
    case 'not':
      return new NotFilter({ filter: toLdapts(filter.part) })
    case 'present':
      return new PresenceFilter(filter)
    case 'substring': {
      const [initial = '', ...any] = filter.pieces.map(textOf)
      const final = any.pop() ?? ''
      return new SubstringFilter({ attribute: filter.attribute, initial, any, final })
    }
    case 'rule': {
      const { attribute, dn, rule, value } = filter
      return new ExtensibleFilter({ matchType: attribute, dnAttributes: dn, rule, value: textOf(value) })
    }
    case 'equal':
      return new EqualityFilter({ attribute: filter.attribute, value: unescapeAssertion(filter.value) })
    case 'greater':
      return new GreaterThanEqualsFilter({ attribute: filter.attribute, value: textOf(filter.value) })
    case 'less':
      return new LessThanEqualsFilter({ attribute: filter.attribute, value: textOf(filter.value) })
    case 'approximate':
      return new ApproximateFilter({ attribute: filter.attribute, value: textOf(filter.value) })
  }
}

/** ldapts takes bytes for equality alone. */
function textOf(value: string): string {
  const bytes = unescapeAssertion(value)
  if (!isUtf8(bytes)) throw new Error(`'${value}' is no UTF-8, and bytes can be compared with "=" alone`)
  return bytes.toString('utf8')
}

/** The attributes that a filter asks about, as written, without options (`;lang-de`). */
export function attributesOf(text: string): string[] {
  const found = new Set<string>()
  const visit = (filter: LdapFilter): void => {
    if ('parts' in filter) filter.parts.forEach(visit)
    else if ('part' in filter) visit(filter.part)
    else if (filter.attribute) found.add(filter.attribute.split(';')[0]!)
  }
  visit(parse(text))
  return [...found]
}

/**
 * Whether every entry that a filter finds has an object class that the filter names.
 *
 *   filter                                    | demands one
 *   ------------------------------------------|------------
 *   (objectClass=posixAccount)                | yes
 *   (&(objectClass=user)(mail=*))             | yes
 *   (|(objectClass=user)(objectClass=contact))| yes
 *   (|(objectClass=user)(mail=*))             | no
 *   (objectClass=*), (!(objectClass=group))   | no
 *   no filter at all                          | no: who searches with it will say so
 */
export function demandsClass(text: string): boolean {
  try {
    return isOfClass(parse(text))
  } catch {
    return false
  }
}

function isOfClass(filter: LdapFilter): boolean {
  if (filter.kind === 'and') return filter.parts.some(isOfClass)
  if (filter.kind === 'or') return filter.parts.length > 0 && filter.parts.every(isOfClass)
  return filter.kind === 'equal' && filter.attribute.toLowerCase() === 'objectclass'
}
