import { Control } from 'ldapts'
import type { Existing } from '../directory.ts'
import { isBelow } from '../dn.ts'
import { askAside } from './ask-aside.ts'
import { readTexts } from './base-entry.ts'
import { decodeEntry } from './decode.ts'
import { directoryId, idFilter } from './directory-id.ts'
import { parseFilter } from './filter.ts'
import { DOMAIN_SCOPE } from './pages.ts'
import type { Reading } from './reading.ts'
import { describeResult } from './result-names.ts'
import type { Session } from './session.ts'

/** So many ids are asked for by one search. */
const AT_ONCE = 100

/** What all of it may take, ms: an id need not be indexed, and a cycle waits for it. */
const SEARCH_MS = 15_000

const SUCCESS = 0

/**
 * Of these ids, those of entries anywhere below the naming contexts of the bases, as far as this server has them and
 * the bind DN may see them: what lies elsewhere is not looked for.
 *
 * @throws as {@link askAside}
 */
export async function existingEntries(
  reading: Reading,
  ids: readonly string[],
  bases: readonly string[],
  signal: AbortSignal,
): Promise<Existing> {
  const found = new Set<string>()
  if (ids.length === 0) return { found }
  const doubt = await askAside(reading.pool, { ms: SEARCH_MS, signal }, async (session, until) => {
    const rootDse = await readTexts(session, { dn: '', attributes: ['namingContexts'] }, until)
    const contexts = rootDse?.get('namingcontexts') ?? []
    for (const base of new Set(bases.map((one) => contextOf(one, contexts))))
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const refused = await search(reading, session, base, ids.slice(from, from + AT_ONCE), found, until)
        if (refused !== undefined) return refused
      }
    return ''
  })
  return doubt === ''
    ? { found }
    : { found, doubt: doubt ?? `it gave no answer, or took longer than ${SEARCH_MS / 1_000} s` }
}

/** The longest naming context that a base lies in; itself where none is shown. */
function contextOf(base: string, contexts: readonly string[]): string {
  const [longest] = contexts.filter((one) => isBelow(base, one)).sort((a, b) => b.length - a.length)
  return longest ?? base
}

/** Adds what it finds. Returns why there may be more; undefined when there is not. */
async function search(
  { idAttribute, binary, domainScope }: Reading,
  session: Session,
  baseDN: string,
  ids: readonly string[],
  found: Set<string>,
  until: AbortSignal,
): Promise<string | undefined> {
  const name = idAttribute.toLowerCase()
  const filters = ids.map((id) => idFilter(idAttribute, id, binary.has(name)))
  const answer = await session.search(
    {
      ...{ baseDN, scope: 'sub', filter: parseFilter(`(|${filters.join('')})`), attributes: [idAttribute] },
      ...(domainScope && { controls: [new Control(DOMAIN_SCOPE)] }),
    },
    until,
  )
  let hidden = 0
  for (const entry of answer.searchEntries) {
    const id = directoryId(idAttribute, decodeEntry(entry, binary).attributes.get(name))
    if (id === undefined) hidden++
    else found.add(id)
  }
  if (answer.status !== SUCCESS) return `it answers: ${describeResult(answer.status, answer.errorMessage)}`
  return hidden > 0 ? `the bind DN may search for '${idAttribute}', and not read it` : undefined
}
