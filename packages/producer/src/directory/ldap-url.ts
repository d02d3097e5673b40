import type { Search } from './directory.ts'

/** The search that an LDAP URL describes, and the server that it names. */
export interface UrlSearch extends Pick<Search, 'base' | 'scope' | 'filter'> {
  /** `HOST` or `HOST:PORT` in lower case; empty when the URL leaves it to whoever reads it. */
  readonly host: string
}

const SCOPES: Readonly<Record<string, Search['scope']>> = { '': 'base', base: 'base', one: 'one', sub: 'sub' }

const URL_FORM = /^ldaps?:\/\/([^/?]*)(?:\/([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*))?)?)?)?)?$/i

/**
 * The search of an LDAP URL (RFC 4516, section 2); undefined for a text that is none, and for one with a critical
 * extension, which nobody may pass over. The attributes that it names mean nothing for membership.
 *
 *   URL                                        | base         | scope | filter
 *   -------------------------------------------|--------------|-------|---------------------
 *   ldap:///ou=a,dc=b??sub?(title=x)           | ou=a,dc=b    | sub   | (title=x)
 *   ldap:///ou=a%20b,dc=c??one?(cn=%28*)       | ou=a b,dc=c  | one   | (cn=(*)
 *   ldap:///dc=b                               | dc=b         | base  | (objectClass=*)
 *   ldap:///dc=b??sub?title=x                  | dc=b         | sub   | (title=x)
 *   ldap:///dc=b??tree · http://…              | –            |       |
 *   ldap:///dc=b??sub?(a=b)?!x=y               | –            |       |
 */
export function parseLdapUrl(text: string): UrlSearch | undefined {
  const [whole, host = '', dn = '', , scopeName = '', filter = '', extensions = ''] = URL_FORM.exec(text.trim()) ?? []
  const scope = SCOPES[scopeName.toLowerCase()]
  if (whole === undefined || scope === undefined || extensions.split(',').some((one) => one.startsWith('!')))
    return undefined
  try {
    const condition = decodeURIComponent(filter).trim()
    return {
      host: decodeURIComponent(host).toLowerCase(),
      base: decodeURIComponent(dn),
      scope,
      // Some servers take a filter without its parentheses, as OpenLDAP does.
      filter: condition === '' ? '(objectClass=*)' : condition.startsWith('(') ? condition : `(${condition})`,
    }
  } catch {
    return undefined
  }
}
