import { InvalidArgumentError } from 'commander'
import { parseDuration } from '@provisioner/shared/duration.ts'

/**
 * The ms since the epoch of an option that names a time, for `argParser`: a duration is so long ago, a date or a time
 * without a zone is in UTC. @throws InvalidArgumentError
 */
export function readMoment(text: string): number {
  const ago = parseDuration(text)
  if (ago !== undefined) return Date.now() - ago
  const isDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?Z?)?$/.test(text)
  const at = isDate ? Date.parse(`${text.replace(' ', 'T').replace(/Z$/, '')}${text.length > 10 ? 'Z' : ''}`) : NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give 12h, 30d, a date such as 2026-11-30, or 2026-11-30T09:00.')
  return at
}
