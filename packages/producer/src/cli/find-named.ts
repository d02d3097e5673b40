import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { forgottenAt } from '@provisioner/shared/ledger/about-entity.ts'
import { findEntities } from '@provisioner/shared/ledger/find-entities.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { Directory } from '../directory/directory.ts'
import { unescapeValue } from '@provisioner/shared/ldap/dn-value.ts'
import { normaliseDn } from '../directory/dn.ts'
import { entriesKnownAs, entriesWithIds, isGroupEntry, type FoundEntry } from './find-entries.ts'
import { isDn } from './is-dn.ts'

/** A person or a group that somebody has named. */
export interface Named {
  readonly connection: string
  /** An entry that is neither of the two by its object classes counts as a user. */
  readonly kind: 'user' | 'group'
  /** The directory id; undefined of an entry that shows none. */
  readonly id: string | undefined
  readonly dn: string
  /** What the ledger calls it; null of whom it does not know. */
  readonly label: string | null
  /** False of whom the ledger alone knows: they have left, or the bind DN may not read them any more. */
  readonly isInDirectory: boolean
  /** Of whom the history alone knows, since Redis was lost: the object in Zendesk that they had. */
  readonly inHistory?: { readonly zendeskId: number | null }
}

/** Where {@link findNamed} looks. */
export interface FindIn {
  readonly redis: RedisClient
  readonly connection: ConnectionConfig
  readonly directory: Directory
}

/**
 * Who is known to a connection by a text, in its directory and in its ledger, which knows those who have left:
 *
 *   text               | finds
 *   -------------------|----------------------------------------------------------------------------------
 *   uid=ada,ou=people… | the entry with this DN, or who had it when they were last read
 *   directory id       | as `explain` shows it
 *   123456             | who is linked to the user, or the group, with this id in Zendesk
 *   ada@acme.com, ada  | who has exactly that as an address, a user id or a name
 *   lovel              | when nobody is found by any of these, who has it in one of them
 *
 * Whole ones are found without regard to case; of parts, up to a hundred.
 *
 * @throws whatever the directory throws
 */
export async function findNamed(where: FindIn, text: string, signal: AbortSignal): Promise<Named[]> {
  if (isDn(text)) return await findByDn(where, text, signal)
  const wanted = text.trim()
  const asked = entriesKnownAs(where.directory, where.connection, wanted, 'whole', signal)
  // it is awaited below, and may fail before
  asked.catch(() => {})
  const [byId, owned] = await Promise.all([withId(where, wanted), linkedTo(where, wanted)])
  const ids = [...byId, ...owned]
  // whose id it is, nobody else is named by it
  const ledger = ids.length > 0 ? NOBODY : inLedger(where, wanted)
  const [entries, { whole: known, part }] = await Promise.all([asked, ledger])
  const whole = await merged(where, entries, [...ids, ...known], signal)
  if (whole.length > 0) return whole
  const parts = await entriesKnownAs(where.directory, where.connection, wanted, 'part', signal)
  return await merged(where, parts, part, signal)
}

type Known = Pick<Named, 'kind'> & { readonly id: string }

const NOBODY: { readonly whole: readonly Known[]; readonly part: readonly Known[] } = { whole: [], part: [] }

async function findByDn(where: FindIn, dn: string, signal: AbortSignal): Promise<Named[]> {
  const there = await where.directory.read(dn, ['objectClass'], signal)
  if (there.status === 'found' || there.status === 'unidentified')
    return await merged(where, [asFound(there.entry)], [], signal)
  // what is escaped in a DN is not, where the ledger looks for it
  const own = normaliseDn(dn).split(',')[0]!
  const { whole } = await inLedger(where, unescapeValue(own.slice(own.indexOf('=') + 1)))
  const found = await merged(where, [], whole, signal)
  return found.filter((one) => normaliseDn(one.dn) === normaliseDn(dn))
}

function asFound(entry: FoundEntry): FoundEntry {
  return { dn: entry.dn, attributes: entry.attributes, ...(entry.id !== undefined && { id: entry.id }) }
}

async function inLedger({ redis, connection }: FindIn, text: string) {
  const name = connectionName(connection)
  const [users, groups] = await Promise.all([
    findEntities(redis, name, 'user', text),
    findEntities(redis, name, 'group', text),
  ])
  const both = (ids: 'whole' | 'part'): Known[] => [
    ...users[ids].map((id) => ({ kind: 'user' as const, id })),
    ...groups[ids].map((id) => ({ kind: 'group' as const, id })),
  ]
  return { whole: both('whole'), part: both('part') }
}

/** Whoever the ledger has under this directory id, or had within the last day. */
async function withId({ redis, connection }: FindIn, text: string): Promise<Known[]> {
  const name = connectionName(connection)
  const reader = new LedgerReader(redis, name)
  const ids = [...new Set([text, text.toLowerCase()])]
  const found: Known[] = []
  for (const kind of ['user', 'group'] as const) {
    const knows = await reader.knows(kind, ids)
    for (const [i, id] of ids.entries())
      if (knows[i] || (await forgottenAt(redis, name, { kind, id })) !== null) found.push({ kind, id })
  }
  return found
}

/** The entries of the connection that are linked to an object with this id in Zendesk. */
async function linkedTo({ redis, connection: { id, account } }: FindIn, text: string): Promise<Known[]> {
  if (!/^\d{1,16}$/.test(text)) return []
  const found: Known[] = []
  for (const kind of ['user', 'group'] as const) {
    const [owner] = await readOwners(redis, { account, kind }, [Number(text)])
    if (owner?.connection === id) found.push({ kind, id: owner.id })
  }
  return found
}

/** Entries and those whom the ledger has, each once, with what either knows of them. */
async function merged(
  { redis, connection, directory }: FindIn,
  entries: readonly FoundEntry[],
  known: readonly Known[],
  signal: AbortSignal,
): Promise<Named[]> {
  const ids = new Set(entries.map(({ id }) => id))
  const others = [...new Map(known.filter(({ id }) => !ids.has(id)).map((one) => [one.id, one])).values()]
  // they may have another name or address by now
  const there = await entriesWithIds(
    directory,
    connection,
    others.map(({ id }) => id),
    signal,
  )
  const inDirectory = [...entries, ...there].map((entry) => ({
    kind: isGroupEntry(entry, connection) ? ('group' as const) : ('user' as const),
    id: entry.id,
    dn: entry.dn,
    isInDirectory: true,
  }))
  const isThere = new Set(inDirectory.map(({ id }) => id))
  const left = others
    .filter(({ id }) => !isThere.has(id))
    .map((one) => ({ ...one, dn: undefined, isInDirectory: false }))
  const reader = new LedgerReader(redis, connectionName(connection))
  const all = [...inDirectory, ...left]
  const records = new Map<string, { dn: string; label: string }>()
  for (const kind of ['user', 'group'] as const) {
    const some = all.flatMap((one) => (one.kind === kind && one.id !== undefined ? [one.id] : []))
    for (const record of await reader.records(kind, some)) if (record) records.set(`${kind}|${record.id}`, record)
  }
  return all.map(({ dn, ...one }) => {
    const record = records.get(`${one.kind}|${one.id}`)
    return { ...one, connection: connection.id, dn: dn ?? record?.dn ?? '', label: record?.label || null }
  })
}
