import type { EntryTexts } from '../mapping/evaluation.ts'

/** A message costs as much as some entries; when one of them overruns, all of a batch run alone. */
const MOST_ENTRIES = 100
/** Pictures are large: the process that gets them has little memory. Characters. */
const MOST_CHARACTERS = 2 ** 20

/** Entries in the same order, by so many as one message takes; one that is larger than that is a batch alone. */
export function* batchesOf(entries: readonly EntryTexts[]): Generator<readonly EntryTexts[]> {
  let batch: EntryTexts[] = []
  let characters = 0
  for (const entry of entries) {
    const size = sizeOf(entry)
    if (batch.length === MOST_ENTRIES || (batch.length > 0 && characters + size > MOST_CHARACTERS)) {
      yield batch
      batch = []
      characters = 0
    }
    batch.push(entry)
    characters += size
  }
  if (batch.length > 0) yield batch
}

function sizeOf({ dn, attributes }: EntryTexts): number {
  return attributes.reduce((sum, [name, values]) => sum + name.length + values.join('').length, dn.length)
}
