import { PresenceFilter } from 'ldapts'
import type { Search } from '../directory.ts'
import { type DecodedEntry, decodeRange, type OpenRange, type RangePiece } from './decode.ts'
import { IncompleteScanError, type ScanProgress } from './errors.ts'
import { assertWhole } from './faults.ts'
import type { Session } from './session.ts'

export interface RangeReading {
  readonly session: Session
  readonly binary: ReadonlySet<string>
  /** The search that the entry was found by, for error messages. */
  readonly search: Pick<Search, 'base' | 'filter' | 'setting'>
  readonly progress: ScanProgress
  readonly signal: AbortSignal
}

/** Reads the lists that the server gave in part to their end, and adds their values to the entry. */
export async function completeRanges(entry: DecodedEntry, reading: RangeReading): Promise<void> {
  for (const range of entry.open) await completeRange(entry, range, reading)
}

async function completeRange(
  entry: DecodedEntry,
  { name, next: first }: OpenRange,
  reading: RangeReading,
): Promise<void> {
  const values = entry.attributes.get(name) ?? []
  for (let next: number | undefined = first; next !== undefined;) {
    const piece = await readPiece(entry.dn, name, next, reading)
    for (const value of piece.values) values.push(value)
    next = piece.end === undefined ? undefined : piece.end + 1
  }
  entry.attributes.set(name, values)
}

async function readPiece(dn: string, name: string, start: number, reading: RangeReading): Promise<RangePiece> {
  const { session, binary, search, progress, signal } = reading
  const filter = new PresenceFilter({ attribute: 'objectClass' })
  const attributes = [`${name};range=${start}-*`]
  const answer = await session.search({ baseDN: dn, scope: 'base', filter, attributes }, signal)

  const broken = (what: string) => {
    const todo = 'The entry may have changed while it was read; the next cycle reads from the start.'
    return new IncompleteScanError(search, progress, {
      reason: 'range broken',
      what: `${name} of '${dn}' ${what}`,
      todo,
    })
  }
  if (answer.status === 32) throw broken('could not be read to its end: the entry is gone')
  assertWhole(answer, search, progress)
  const piece = answer.searchEntries
    .flatMap((entry) => entry.attributes)
    .map((attribute) => decodeRange(attribute, binary))
    .find((candidate) => candidate?.name === name)
  if (piece === undefined) throw broken(`has no values from ${start} on, though the server said so`)
  if (piece.start !== start) throw broken(`was asked for from ${start} on, and came from ${piece.start} on`)
  if (piece.end !== undefined && piece.end - start + 1 !== piece.values.length) {
    throw broken(`came as ${start} to ${piece.end} with ${piece.values.length} values`)
  }
  return piece
}
