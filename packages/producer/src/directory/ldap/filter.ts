import { type Filter, FilterParser } from 'ldapts'
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
