/** Attributes that only some recordings have, of things that the sandbox leaves out or adds. */
const OPTIONAL = new Set([
  'photo',
  'job_type',
  'authenticity_token',
  'user_fields',
  'organization_fields',
  'results',
  'message',
  'progress',
])

/**
 * Where an answer has not the shape of the recorded one: an attribute that is missing or of another type. Null goes
 * with everything, as recorded attributes are null more often than not; of lists, the first items are compared.
 */
export function shapeDifferences(recorded: unknown, answered: unknown, path = ''): string[] {
  if (recorded === null || answered === null || recorded === undefined) return []
  if (Array.isArray(recorded)) {
    if (!Array.isArray(answered)) return [`${path} is no list`]
    return recorded.length > 0 && answered.length > 0 ? shapeDifferences(recorded[0], answered[0], `${path}[]`) : []
  }
  if (typeof recorded !== typeof answered)
    return recorded === '' && answered === undefined ? [] : [`${path} is ${typeof answered}, not ${typeof recorded}`]
  if (typeof recorded !== 'object') return []
  const other = answered as Record<string, unknown>
  const missing = Object.entries(recorded).flatMap(([key, value]) => {
    if (OPTIONAL.has(key)) return []
    return key in other ? shapeDifferences(value, other[key], `${path}.${key}`) : [`${path}.${key} is missing`]
  })
  const added = Object.keys(other).filter((key) => !(key in recorded) && !OPTIONAL.has(key) && key !== 'count')
  return [...missing, ...added.map((key) => `${path}.${key} was never recorded`)]
}
