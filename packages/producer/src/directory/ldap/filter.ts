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

/** The attributes that a filter asks about, as written, without options (`;lang-de`). */
export function attributesOf(text: string): string[] {
  const found = new Set<string>()
  const visit = (filter: unknown): void => {
    const {
      attribute,
      filters,
      filter: inner,
    } = filter as { attribute?: string; filters?: unknown[]; filter?: unknown }
    if (typeof attribute === 'string' && attribute !== '') found.add(attribute.split(';')[0]!)
    for (const one of filters ?? []) visit(one)
    if (inner) visit(inner)
  }
  visit(parseFilter(text))
  return [...found]
}
