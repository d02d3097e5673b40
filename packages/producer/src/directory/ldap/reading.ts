import type { SearchEntry } from 'ldapts'
import type { Lookup, Page, Search } from '../directory.ts'
import type { Entry, UnidentifiedEntry } from '../entry.ts'
import { ahead } from '../ahead.ts'
import { decodeEntry, hasRanges } from './decode.ts'
import { directoryId } from './directory-id.ts'
import type { ScanProgress } from './errors.ts'
import { asScanError, assertWhole, isBrokenConnection, NO_RIGHTS, NO_SUCH_OBJECT } from './faults.ts'
import { ANY_ENTRY, parseFilter } from './filter.ts'
import { pages } from './pages.ts'
import { completeRanges } from './ranges.ts'
import type { Session } from './session.ts'
import type { SessionPool } from './session-pool.ts'

/** What reading entries takes. */
export interface Reading {
  readonly pool: SessionPool
  /** The immutable id's attribute. */
  readonly idAttribute: string
  /** Lower-case names of attributes whose values are bytes. */
  readonly binary: ReadonlySet<string>
  readonly pageSize: number
  readonly domainScope: boolean
}

/** Where an answer came from. */
interface Source {
  readonly session: Session
  readonly search: Pick<Search, 'base' | 'filter' | 'setting'>
  readonly progress: ScanProgress
  readonly signal: AbortSignal
}

/** Reads a search to its end on one connection. @throws as the port says. */
export async function* scanEntries(
  reading: Reading,
  search: Search,
  signal: AbortSignal,
): AsyncGenerator<Page, void, void> {
  const { pool, pageSize, domainScope } = reading
  const attributes = withId(reading, search.attributes)
  const session = await pool.acquire(signal)
  const source = { session, search, progress: { url: session.url, pages: 0, entries: 0 }, signal }
  let whole = false
  try {
    const paged = { ...search, attributes, pageSize, domainScope }
    const raws = ahead(pages(session, paged, source.progress, signal), (raw) => raw.some(hasRanges))
    for await (const raw of raws) yield await decodePage(reading, raw, source)
    whole = true
  } catch (error) {
    if (isBrokenConnection(error)) pool.avoid(session.url)
    throw asScanError(error, search, source.progress)
  } finally {
    if (whole) pool.release(session)
    else pool.discard(session) // the server may still hold a cookie, or half an answer be on its way
  }
}

/** Reads one entry. @throws as the port says. */
export async function readEntry(
  reading: Reading,
  dn: string,
  attributes: readonly string[],
  signal: AbortSignal,
): Promise<Lookup> {
  const session = await reading.pool.acquire(signal)
  const search = { base: dn, filter: ANY_ENTRY }
  const source = { session, search, progress: { url: session.url, pages: 0, entries: 0 }, signal }
  let whole = false
  try {
    const lookup = await readWhole(reading, dn, withId(reading, attributes), source)
    whole = true
    return lookup
  } catch (error) {
    if (isBrokenConnection(error)) reading.pool.avoid(session.url)
    throw asScanError(error, search, source.progress)
  } finally {
    if (whole) reading.pool.release(session)
    else reading.pool.discard(session)
  }
}

async function readWhole(reading: Reading, dn: string, attributes: string[], source: Source): Promise<Lookup> {
  const { session, search, progress, signal } = source
  const filter = parseFilter(ANY_ENTRY)
  const answer = await session.search({ baseDN: dn, scope: 'base', filter, attributes }, signal)
  if (answer.status === NO_SUCH_OBJECT) return { status: 'missing' }
  if (answer.status === NO_RIGHTS) return { status: 'hidden' }
  assertWhole(answer, search, progress)
  const { entries, unidentified } = await decodePage(reading, answer.searchEntries, source)
  if (entries[0]) return { status: 'found', entry: entries[0] }
  return unidentified[0] ? { status: 'unidentified', entry: unidentified[0] } : { status: 'hidden' }
}

async function decodePage(reading: Reading, raw: readonly SearchEntry[], source: Source): Promise<Page> {
  const entries: Entry[] = []
  const unidentified: UnidentifiedEntry[] = []
  for (const rawEntry of raw) {
    const decoded = decodeEntry(rawEntry, reading.binary)
    if (decoded.open.length > 0) await completeRanges(decoded, { ...source, binary: reading.binary })
    const { dn, attributes } = decoded
    const id = directoryId(reading.idAttribute, attributes.get(reading.idAttribute.toLowerCase()))
    if (id === undefined) unidentified.push({ dn, attributes })
    else entries.push({ dn, id, attributes })
  }
  return { entries, unidentified }
}

/** The attributes to ask for. An empty list would mean all of them, so the id is always among them. */
function withId({ idAttribute }: Reading, attributes: readonly string[]): string[] {
  const id = idAttribute.toLowerCase()
  return [idAttribute, ...attributes.filter((name) => name.toLowerCase() !== id)]
}
