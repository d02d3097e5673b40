/** Keys below which nothing is shown, whatever is wrong there. */
const SECRET = /secret|token|password|^auth$/i

/** The longest text that is shown, in characters. */
const LONGEST = 80

/** What stands in a configuration file, for a message. Secrets, and what may be one, are not shown. */
export function showFound(path: readonly (string | number)[], value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a section'
  if (path.some((part) => SECRET.test(String(part)))) return 'a value that is not shown'
  const text = String(value)
    .replace(/\/\/[^/@\s]*@/g, '//***@')
    .replace(/^[^\s:@/]*:[^\s@]*@/, '***@')
    .replace(/\s+/g, ' ')
    .trim()
  return `'${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}'`
}
