/** A part of an OGNL expression that only joins: a text in quotes, or an attribute of the entry. */
const PART = /^\s*(?:"([^"]*)"|'([^']*)'|#this\.get\(\s*["']([\w-]+)["']\s*\)(?:\.toString\(\))?)\s*(\+|$)/

/** A name that JSONata reads as one. */
const PLAIN = /^[A-Za-z_]\w*$/

/**
 * A JSONata expression to start from: the same as the OGNL where that joins texts and attributes, otherwise the
 * attributes that it reads, joined.
 *
 *   OGNL                                               | suggestion
 *   ---------------------------------------------------|--------------------
 *   #this.get("givenName") + " " + #this.get("sn")     | givenName & " " & sn
 *   any other, of the attributes givenName and sn      | givenName & " " & sn
 */
export function suggestExpression(ognl: string, attributes: readonly string[]): string {
  const parts: string[] = []
  for (let rest = ognl.trim(); rest !== '';) {
    const match = PART.exec(rest)
    if (match === null) return attributes.map(nameOf).join(' & " " & ') || '""'
    const [whole, double, single, attribute] = match
    parts.push(attribute === undefined ? JSON.stringify(double ?? single) : nameOf(attribute))
    rest = rest.slice(whole.length)
  }
  return parts.join(' & ')
}

function nameOf(attribute: string): string {
  return PLAIN.test(attribute) ? attribute : `\`${attribute}\``
}
