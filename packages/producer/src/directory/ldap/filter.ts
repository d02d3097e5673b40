import { AndFilter, EqualityFilter, type Filter, FilterParser, OrFilter } from 'ldapts'
import { SearchFilterError } from './errors.ts'

/** Every entry has an object class. */
export const ANY_ENTRY = '(objectClass=*)'

/** The filter that a text means (RFC 4515). @throws SearchFilterError */
export function parseFilter(text: string): Filter {
  try {
    return FilterParser.parseString(text)
  } catch (error) {
    throw new SearchFilterError(text, error)
  }
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
    return isOfClass(parseFilter(text))
  } catch {
    return false
  }
}

function isOfClass(filter: Filter): boolean {
  if (filter instanceof AndFilter) return filter.filters.some(isOfClass)
  if (filter instanceof OrFilter) return filter.filters.length > 0 && filter.filters.every(isOfClass)
  return filter instanceof EqualityFilter && filter.attribute.toLowerCase() === 'objectclass'
}
