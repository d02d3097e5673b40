/** Whether a pattern stands for several addresses. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*')
}

/**
 * Whether an address is one of a pattern's: `*` stands for any characters, `/` among them; case does not matter. Each
 * part is looked for once, from where the one before it ends: as a regular expression, many stars would try for ever.
 */
export function matchesPattern(address: string, pattern: string): boolean {
  const text = address.trim().toLowerCase()
  const [first = '', ...others] = pattern.trim().toLowerCase().split('*')
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
