import { normaliseDn } from '../../directory/dn.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { findNamed, type Named } from '../find-named.ts'
import { isDn } from '../is-dn.ts'
import { EmptyTextError } from '../selection.ts'
import { readingGroups, type EntrySources } from './read-entry.ts'
import type { CliSession } from '../session.ts'

/** So many are listed of those who are known by a text. */
const LISTED = 20

/** Whom a text names in one connection, and what it is explained from. */
export interface Found {
  readonly sources: PlanSources & EntrySources
  readonly named: Named
}

/** Whom a text names: the one of each connection that has anybody of that name, or what to tell in place of it. */
export type Search =
  | { readonly status: 'found'; readonly found: readonly Found[] }
  | {
      readonly status: 'not one'
      readonly says: string
      /** Set where nobody is known by the text: where they were looked for. */
      readonly nobodyIn?: readonly Found['sources'][]
    }

/**
 * Looks for the one whom a text names, in each of the command's connections; where nobody is found, in the history.
 *
 * @throws EmptyTextError, and whatever a directory throws
 */
export async function findOne(
  session: CliSession,
  text: string,
  command: string,
  signal: AbortSignal,
): Promise<Search> {
  if (text.trim() === '') throw new EmptyTextError(`${command} names nobody: give it a DN, an id, an address or a name`)
  const found: Found[] = []
  const several = new Map<string, Named>()
  const sourcesOf = new Map<string, Found['sources']>()
  for (const { id } of session.connections) {
    const opened = await session.sources(id)
    const sources = { ...opened, groupsRead: readingGroups(opened, signal) }
    sourcesOf.set(id, sources)
    const named = await findNamed(sources, text, signal)
    if (named.length > 1) for (const one of named) several.set(one.id ?? normaliseDn(one.dn), one)
    else if (named[0]) found.push({ sources, named: named[0] })
  }
  if (several.size > 0) return { status: 'not one', says: listed([...several.values()], text) }
  if (found.length === 0) found.push(...(await findBefore(session, sourcesOf, text, signal)))
  const past = new Map(found.flatMap(({ named }) => (named.inHistory ? [[named.id, named] as const] : [])))
  if (past.size > 1) return { status: 'not one', says: listed([...past.values()], text) }
  if (found.length > 0) return { status: 'found', found }
  return { status: 'not one', says: nobody(text, command), nobodyIn: [...sourcesOf.values()] }
}

/** Who was known so once, by the history: they may have another name by now, or be known to nothing else any more. */
async function findBefore(
  session: CliSession,
  sourcesOf: ReadonlyMap<string, Found['sources']>,
  text: string,
  signal: AbortSignal,
): Promise<Found[]> {
  const found: Found[] = []
  // seldom asked, and a database's query builder is long to read
  const { namedInHistory } = await import('../history/named-in-history.ts')
  for (const named of await namedInHistory(session, text)) {
    const sources = sourcesOf.get(named.connection)!
    const [now = named] = await findNamed(sources, named.id, signal)
    found.push({ sources, named: { ...now, inHistory: named.inHistory } })
  }
  return found
}

function listed(several: readonly Named[], text: string): string {
  const many = several.length >= 100 ? `${several.length} or more` : String(several.length)
  const more = several.length - LISTED
  return [
    `${many} entries are known as '${text}': name one by its DN or id.`,
    ...several.slice(0, LISTED).map((one) => `  ${describe(one)}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n')
}

function describe({ dn, id, kind, label, isInDirectory }: Named): string {
  const known = [kind, ...(label ? [label] : []), ...(isInDirectory ? [] : ['not in the directory any more'])]
  return `${dn || id}  (${[...known, ...(dn && id ? [id] : [])].join('; ')})`
}

function nobody(text: string, command: string): string {
  return isDn(text)
    ? `No connection's directory has '${text}', or the bind DN may not read it; no ledger knows it either.`
    : `No connection's directory has anybody or any group that is known as '${text}' below its bases, or the bind DN ` +
        `may not read them; no ledger knows them either. 'provisioner ${command}' takes a DN, a user id, an address ` +
        'or a name, a directory id, or an id of Zendesk.'
}
