import { Control } from 'ldapts'
import type { Entry } from '../entry.ts'
import { askAside } from './ask-aside.ts'
import { readTexts } from './base-entry.ts'
import { decodeEntry } from './decode.ts'
import { parseFilter } from './filter.ts'
import { contextOf, shownContexts } from './naming-contexts.ts'
import { DOMAIN_SCOPE } from './pages.ts'
import type { Reading } from './reading.ts'
import { describeResult } from './result-names.ts'
import type { Session } from './session.ts'

/** So many filters are one search. */
const AT_ONCE = 100

/** What all of it may take, ms: an attribute need not be indexed, and a cycle waits for it. */
const SEARCH_MS = 15_000

const SUCCESS = 0
const NO_SUCH_OBJECT = 32

/** A look for single entries, wherever they lie. */
export interface Look {
  /** An entry that fits one of them is looked for. */
  readonly filters: readonly string[]
  readonly attributes: readonly string[]
  /** Entries are looked for below the naming contexts of these. */
  readonly bases: readonly string[]
}

type Found = Pick<Entry, 'dn' | 'attributes'>

/**
 * Looks for entries anywhere below the naming contexts of the bases, as far as this server has them and the bind DN may
 * see them: what lies elsewhere is not looked for. Returns why there may be more, a part of a sentence; undefined when
 * there are not.
 *
 * @throws as {@link askAside}
 */
export async function searchBelowContexts(
  reading: Reading,
  { filters, attributes, bases }: Look,
  note: (entry: Found) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (filters.length === 0) return undefined
  const doubt = await askAside(reading.pool, { ms: SEARCH_MS, signal }, async (session, until) => {
    const rootDse = await readTexts(session, { dn: '', attributes: ['namingContexts'] }, until)
    const contexts = shownContexts(rootDse)
    for (const base of new Set(bases.map((one) => contextOf(one, contexts) ?? one)))
      for (let from = 0; from < filters.length; from += AT_ONCE) {
        const some = `(|${filters.slice(from, from + AT_ONCE).join('')})`
        const refused = await search(reading, session, { baseDN: base, filter: some, attributes }, note, until)
        if (refused === undefined) continue
        // the DN of a group that is named and lies nowhere, which the cycle tells
        if (refused.status === NO_SUCH_OBJECT && !contexts.includes(base)) break
        return `it answers: ${describeResult(refused.status, refused.errorMessage ?? '')}`
      }
    return ''
  })
  if (doubt === '') return undefined
  return doubt ?? `it gave no answer, or took longer than ${SEARCH_MS / 1_000} s`
}

/** Returns the answer unless it is whole. */
async function search(
  { binary, domainScope }: Reading,
  session: Session,
  { filter, attributes, baseDN }: { baseDN: string; filter: string; attributes: readonly string[] },
  note: (entry: Found) => void,
  until: AbortSignal,
): Promise<{ readonly status: number; readonly errorMessage?: string } | undefined> {
  const answer = await session.search(
    {
      ...{ baseDN, scope: 'sub', filter: parseFilter(filter), attributes: [...attributes] },
      ...(domainScope && { controls: [new Control(DOMAIN_SCOPE)] }),
    },
    until,
  )
  for (const entry of answer.searchEntries) note(decodeEntry(entry, binary))
  return answer.status === SUCCESS ? undefined : answer
}
