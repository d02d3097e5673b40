import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Directory } from '../directory/directory.ts'
import { IncompleteScanError } from '../directory/ldap/errors.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { Named } from '../plan/lookup-fields.ts'
import type { ScannedEntries } from './scanned-entries.ts'

/** So many entries outside the scope are read in a cycle, one by one; of further ones nobody can tell who they are. */
const READS = 100

/** Where those who are named are looked for. */
export interface Whereabouts {
  readonly present: Pick<ScannedEntries, 'size' | 'at' | 'has'>
  readonly reader: Pick<LedgerReader, 'records' | 'ids'>
  readonly directory: Pick<Directory, 'read'>
}

/**
 * Whom DNs name, by the connection's own links.
 *
 *   the DN is that of                           | named
 *   --------------------------------------------|------------------------------------------------------------------
 *   an entry in scope                           | its user, who waits while it is not linked
 *   nobody in scope, and somebody the ledger    | their user, as long as they are linked: who is suspended is there
 *   knows by that DN, or by the entry's id      |
 *   an entry that can't be read, is another     | somebody who waits, for nobody knows
 *   server's, or is one too many to be read     |
 *   no entry, an entry that nobody links, or    | nobody
 *   no DN at all                                |
 *
 * @throws what the directory throws when it is away
 */
export async function whoIsNamed(
  dns: Iterable<string>,
  { present, reader, directory }: Whereabouts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Named>> {
  const keys = new Map([...dns].map((dn) => [dn, normaliseDn(dn)]))
  // A key is for comparison: a server may take it for another DN.
  const written = new Map(keys.entries().map(([dn, key]) => [key, dn]))
  const wanted = new Set(keys.values())
  const found = new Map<string, Named>()
  const inScope = new Map<string, string>()
  for (let i = 0; i < present.size && inScope.size < wanted.size; i++) {
    const { id, dn } = present.at(i)
    const key = normaliseDn(dn)
    if (wanted.has(key)) inScope.set(key, id)
  }
  const linkOf = async (ids: readonly string[]) =>
    (await reader.records<UserRecord>('user', ids)).map((record) => record?.zendeskId ?? undefined)
  const links = await linkOf([...inScope.values()])
  for (const [i, key] of [...inScope.keys()].entries()) found.set(key, links[i] ?? 'waits')

  const outside = wanted.difference(inScope)
  for (const key of outside) if (!key.includes('=')) found.set(key, 'nobody')
  const left = [...outside].filter((key) => !found.has(key))
  if (left.length > 0)
    for await (const ids of reader.ids('user')) {
      const absent = await reader.records<UserRecord>(
        'user',
        ids.filter((id) => !present.has(id)),
      )
      for (const record of absent) {
        const key = record?.zendeskId == null ? undefined : normaliseDn(record.dn)
        if (key !== undefined && outside.has(key)) found.set(key, record!.zendeskId!)
      }
    }
  let reads = 0
  for (const key of left.filter((one) => !found.has(one)).sort()) {
    if (reads++ >= READS) {
      found.set(key, 'waits')
      continue
    }
    const there = await directory.read(written.get(key)!, [], signal).catch(unlessAway)
    if (there.status === 'found') found.set(key, (await linkOf([there.entry.id]))[0] ?? 'nobody')
    else found.set(key, there.status === 'missing' ? 'nobody' : 'waits')
  }
  return new Map(keys.entries().map(([dn, key]) => [dn, found.get(key)!]))
}

/**
 * What is no DN names nobody. A server that refers to another, or refuses one entry, says nothing of the directory that
 * is read: one value of one entry stops nobody else. A server that is away does.
 */
function unlessAway(error: unknown): { readonly status: 'hidden' | 'missing' } {
  const isAway = !(error instanceof IncompleteScanError) || AWAY.has(error.reason)
  if (isAway) throw error
  return { status: error.reason === 'no DN' ? 'missing' : 'hidden' }
}

const AWAY: ReadonlySet<IncompleteScanError['reason']> = new Set(['connection lost', 'no answer'])
