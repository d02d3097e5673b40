import type { PlacedMistake } from './explain-issue.ts'

type Path = readonly (string | number)[]

const SECRET = new Set(['clientSecret', 'apiToken', 'bindPassword'])
const SECRET_OF_REDIS = new Set(['redis.url', 'redis.password', 'redis.sentinelPassword'])

/** The secrets that stand in a file themselves, where a reference should. `written` is its content, unresolved. */
export function plainSecrets(written: unknown, path: Path = []): PlacedMistake[] {
  if (written !== null && typeof written === 'object')
    return Object.entries(written).flatMap(([key, value]) =>
      plainSecrets(value, [...path, Array.isArray(written) ? Number(key) : key]),
    )
  if (typeof written !== 'string' || !isPlain(path, written)) return []
  return [{ path, found: 'a secret in plain text', allowed: 'a reference, ${env:NAME} or ${file:PATH}' }]
}

function isPlain(path: Path, text: string): boolean {
  if (SECRET.has(String(path.at(-1)))) return !text.includes('${')
  const key = path.join('.')
  if (key === 'history.url') return hasPassword('postgres(ql)?', text)
  if (!SECRET_OF_REDIS.has(key)) return false
  if (key !== 'redis.url') return !text.includes('${')
  return hasPassword('rediss?', text)
}

/** Whether a password stands in an address, and not by reference. */
function hasPassword(scheme: string, text: string): boolean {
  return new RegExp(`^${scheme}://[^@]*:[^@]+@`).test(text.replace(/\$\{[^}]*\}/g, ''))
}
