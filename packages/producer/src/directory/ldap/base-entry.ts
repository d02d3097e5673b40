import { decodeEntry } from './decode.ts'
import { NO_RIGHTS, NO_SUCH_OBJECT } from './faults.ts'
import { ANY_ENTRY, parseFilter } from './filter.ts'
import type { Session } from './session.ts'

/** The texts of an entry's attributes, by their names in lower case, options included. */
export type Texts = ReadonlyMap<string, readonly string[]>

/** One entry that a search is to read. */
export interface BaseEntry {
  readonly dn: string
  readonly attributes: readonly string[]
  readonly filter?: string
  /** Attributes, in lower case, to read as hex. */
  readonly binary?: ReadonlySet<string>
}

/** Result codes of RFC 4511, appendix A, with which a server says that it shows no such entry. */
const NOT_SHOWN: ReadonlySet<number> = new Set([NO_SUCH_OBJECT, NO_RIGHTS])

/**
 * Reads an entry's texts; undefined where the server does not show it.
 *
 * @throws as {@link Session.search}, and when the server answers with an error: it may be busy
 */
export async function readTexts(
  session: Session,
  { dn, attributes, filter = ANY_ENTRY, binary = new Set() }: BaseEntry,
  signal: AbortSignal,
): Promise<Texts | undefined> {
  const answer = await session.search(
    { baseDN: dn, scope: 'base', filter: parseFilter(filter), attributes: [...attributes] },
    signal,
  )
  const [entry] = answer.searchEntries
  if (entry === undefined) {
    if (answer.status === 0 || NOT_SHOWN.has(answer.status)) return undefined
    throw new Error(`The server answers with result code ${answer.status}: ${answer.errorMessage}`)
  }
  const texts = [...decodeEntry(entry, binary).attributes].map(([name, values]) => {
    if (binary.has(name)) return [name, values.map((value) => Buffer.from(value).toString('hex'))] as const
    return [name, values.filter((value) => typeof value === 'string')] as const
  })
  return new Map(texts)
}
