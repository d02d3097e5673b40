import { formatEntityMember } from './entity-member.ts'
import type { Retelling } from './retelling.ts'
import { stillUnconfirmed, type Word } from './words.ts'
import { encodeWritten, nameOfWritten, type EncodedWritten, type Written } from './written.ts'

/**
 * What was written, as `lua/record.ts` takes it, with what this worker sent for it under `by`, as far as it keeps that:
 * Redis may have forgotten it since.
 *
 *   late       the names that an update sent
 *   forgotten  what a person calls what a creation made: nobody else knows of it, and it would outlive its entry
 */
export function encodeAnswered(retelling: Retelling<Word>, one: Written, by: string): EncodedWritten {
  const sent = retelling.last(formatEntityMember(one.ref))
  if (sent?.told !== 'sent' || sent.by !== by) return encodeWritten(one)
  const names = stillUnconfirmed(sent)
  const name = sent.entity.creation === undefined ? undefined : nameOfWritten(one)
  return {
    ...encodeWritten({ ...(names !== '' && { late: names.split(',') }), ...one }),
    ...(name !== undefined && { forgotten: name }),
  }
}
