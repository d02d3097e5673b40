/**
 * An LDAP filter (RFC 4511, 4.5.1.7). Values are as they were written, still escaped: see {@link unescapeAssertion}.
 */
export type LdapFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly LdapFilter[] }
  | { readonly kind: 'not'; readonly part: LdapFilter }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: Comparison; readonly attribute: string; readonly value: string }
  /** What stands between the asterisks: at least two pieces, the first and the last may be empty. */
  | { readonly kind: 'substring'; readonly attribute: string; readonly pieces: readonly string[] }
  | {
      readonly kind: 'rule'
      readonly attribute: string
      readonly dn: boolean
      readonly rule: string
      readonly value: string
    }

type Comparison = 'equal' | 'greater' | 'less' | 'approximate'

/** Thrown for a text that is no filter; the message says what is wrong with it, and where. */
export class FilterSyntaxError extends Error {
  override name = 'FilterSyntaxError' as const
}

/** Deeper ones are no work of a person, and would need a stack without end. */
const DEEPEST = 100

const ITEM = /([a-z0-9][\w.-]*(?:;[\w-]+)*)?\s*((?::dn)?)((?::[a-z0-9][\w.-]*)?)\s*(:=|>=|<=|~=|=)/iy

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': 'equal',
  '>=': 'greater',
  '<=': 'less',
  '~=': 'approximate',
}

/**
 * Reads a filter by RFC 4515, and as people write it in a file: with blanks and line breaks between the parts, and
 * around attributes and values. A blank that belongs to the end of a value is written `\20`.
 *
 *   written                                  | means
 *   -----------------------------------------|--------------------------------------
 *   ( & (objectClass=person) (mail=*) )      | (&(objectClass=person)(mail=*))
 *   (cn = Ada Lovelace )                     | (cn=Ada Lovelace)
 *   (cn=a**b)                                | (cn=a*b)
 *   (cn=M\c3\bcller)                         | the same, seven letters
 *
 * @throws FilterSyntaxError
 */
export function parseFilter(text: string): LdapFilter {
  const reader = new Reader(text)
  const filter = reader.filter(0)
  reader.end()
  return filter
}

/** The filter as RFC 4515 writes it, without a blank that means nothing. */
export function formatFilter(filter: LdapFilter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.kind === 'and' ? '&' : '|'}${filter.parts.map(formatFilter).join('')})`
    case 'not':
      return `(!${formatFilter(filter.part)})`
    case 'present':
      return `(${filter.attribute}=*)`
    case 'substring':
      return `(${filter.attribute}=${filter.pieces.join('*')})`
    case 'rule': {
      const { attribute, dn, rule, value } = filter
      return `(${attribute}${dn ? ':dn' : ''}${rule === '' ? '' : `:${rule}`}:=${value})`
    }
    default: {
      const sign = Object.keys(COMPARISONS).find((one) => COMPARISONS[one] === filter.kind)
      return `(${filter.attribute}${sign}${filter.value})`
    }
  }
}

/** The bytes that a value of a filter stands for. */
export function unescapeAssertion(value: string): Buffer {
  const pieces = value.split(/((?:\\[0-9a-f]{2})+)/i)
  return Buffer.concat(
    pieces.map((piece, i) => (i % 2 === 1 ? Buffer.from(piece.replaceAll('\\', ''), 'hex') : Buffer.from(piece))),
  )
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  filter(depth: number): LdapFilter {
    if (depth > DEEPEST) throw new FilterSyntaxError(`it is nested more than ${DEEPEST} deep`)
    this.#blanks()
    this.#expect('(', 'a condition in parentheses')
    this.#blanks()
    const sign = this.#text[this.#at]
    const filter = sign === '&' || sign === '|' || sign === '!' ? this.#joined(sign, depth) : this.#item()
    this.#blanks()
    this.#expect(')', 'a ")"')
    return filter
  }

  end(): void {
    this.#blanks()
    if (this.#at < this.#text.length) throw this.#mistake('nothing more')
  }

  #joined(sign: '&' | '|' | '!', depth: number): LdapFilter {
    this.#at += 1
    if (sign === '!') return { kind: 'not', part: this.filter(depth + 1) }
    const parts: LdapFilter[] = []
    do {
      parts.push(this.filter(depth + 1))
      this.#blanks()
    } while (this.#text[this.#at] === '(')
    return { kind: sign === '&' ? 'and' : 'or', parts }
  }

  #item(): LdapFilter {
    ITEM.lastIndex = this.#at
    const [whole, attribute = '', dn = '', rule = '', sign = ''] = ITEM.exec(this.#text) ?? []
    const extended = dn !== '' || rule !== ''
    if (whole === undefined || (extended && sign !== ':=') || (attribute === '' && rule === ''))
      throw this.#mistake('an attribute with =, >=, <=, ~= or :=, and a value')
    this.#at += whole.length
    const value = this.#value()
    if (sign === ':=') return { kind: 'rule', attribute, dn: dn !== '', rule: rule.slice(1), value }
    if (sign !== '=' || !value.includes('*')) return { kind: COMPARISONS[sign]!, attribute, value }
    const pieces = value.split(/\*+/)
    return pieces.every((piece) => piece === '')
      ? { kind: 'present', attribute }
      : { kind: 'substring', attribute, pieces }
  }

  #value(): string {
    const start = this.#at
    for (; this.#at < this.#text.length && this.#text[this.#at] !== ')'; this.#at += 1) {
      if (this.#text[this.#at] === '(')
        throw this.#mistake('a ")" before the next condition, or \\28 for a "(" in a value')
      if (this.#text[this.#at] === '\\' && !/^[0-9a-f]{2}/i.test(this.#text.slice(this.#at + 1)))
        throw this.#mistake('two hexadecimal digits after a backslash, and \\5c for a backslash in a value')
    }
    return this.#text.slice(start, this.#at).trim()
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }

  #expect(sign: string, what: string): void {
    if (this.#text[this.#at] !== sign) throw this.#mistake(what)
    this.#at += 1
  }

  #mistake(expected: string): FilterSyntaxError {
    const rest = this.#text.slice(this.#at, this.#at + 20).replace(/\s+/g, ' ')
    const more = this.#text.length > this.#at + 20 ? '…' : ''
    const found = rest === '' ? 'its end' : `'${rest}${more}'`
    return new FilterSyntaxError(`at ${found} (character ${this.#at + 1}) it needs ${expected}`)
  }
}
