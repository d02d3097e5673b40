import { formatEntityMember } from './entity-member.ts'
import type { Retelling } from './retelling.ts'
import { stillUnconfirmed, type Word } from './words.ts'
import { encodeWritten, nameOfWritten, type EncodedWritten, type Written } from './written.ts'

type WrittenWord = Extract<Word, { told: 'written' }>

/**
 * Keeps what was recorded of an entity, should Redis forget it: the newest, for a bulk write that a killed worker had
 * settled is settled once more, and what was written since must not be forgotten for that.
 *
 *   recorded now                  | kept under          | what
 *   ------------------------------|---------------------|-----------------------------------------------------
 *   older than what is kept       | as before           | as before; that we made the object is true for ever
 *   a link that we had before     | `ENTITY linked`     | what we did to the object
 *   a link to what we made        | `ENTITY linked`     | that we made it
 *   a link to what we found       | -                   | found again in Zendesk
 *   anything else                 | `ENTITY written`    | the record, with the names that were sent for it
 */
export function noteWritten(retelling: Retelling<Word>, one: Written, by: string): void {
  const about = formatEntityMember(one.ref)
  const [written, linked] = [`${about} written`, `${about} linked`]
  const sent = retelling.last(about)
  const isAnswered = sent?.told === 'sent' && sent.by === by && !one.linkOnly
  if (isAnswered) retelling.forget(about)
  const kept = [written, linked].flatMap((key) => {
    const word = retelling.last(key)
    return word?.told === 'written' ? [{ key, word }] : []
  })
  const newer = kept.filter(({ word }) => word.entity.revision > one.revision)
  if (newer.length > 0) {
    const ofSame = newer.filter(({ word }) => isOfOneObject(word.entity, encodeWritten(one)))
    if (one.origin === 'created') for (const { key, word } of ofSame) retelling.note(key, madeByUs(word))
    return
  }
  if (one.linkOnly) {
    if (one.origin !== 'adopted') {
      const entity = { ...encodeWritten(one), again: true }
      retelling.note(linked, { told: 'written', by, entity, names: '' })
    }
    return
  }
  retelling.forget(linked)
  const same = kept.find(({ key, word }) => key === written && word.entity.revision === one.revision)?.word
  const names = isAnswered ? stillUnconfirmed(sent) : (same?.names ?? '')
  // beside what is told of the entity later: that we made it is true whatever is sent next
  const entity = encodeWritten({ ...one, late: undefined })
  const word = { told: 'written', by, entity, names, label: nameOfWritten(one) } as const
  const isMadeByUs = kept.some(
    (before) => before.word.entity.origin === 'created' && isOfOneObject(before.word.entity, entity),
  )
  retelling.note(written, isMadeByUs ? madeByUs(word) : word)
}

function isOfOneObject(one: EncodedWritten, other: EncodedWritten): boolean {
  return one['zendeskId'] === other['zendeskId']
}

function madeByUs(word: WrittenWord): WrittenWord {
  return { ...word, entity: { ...word.entity, origin: 'created' } }
}
