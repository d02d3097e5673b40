import { InvalidArgumentError } from 'commander'
import { parseDuration } from '@provisioner/shared/duration.ts'

/** The ms of an option that is a duration, for `argParser`. @throws InvalidArgumentError, for no time at all as well */
export function readDuration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('Give a duration such as 30s, 10m, 2h or 90d.')
  return ms
}
