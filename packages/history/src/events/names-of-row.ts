import { sql, type Kysely } from 'kysely'
import { unescapeValue } from '@provisioner/shared/ldap/dn-value.ts'
import { parseDn } from '@provisioner/shared/ldap/parse-dn.ts'
import type { EventRow, HistoryTables, NameRow } from '../database/schema.ts'
import { MASK } from './hide-values.ts'
import { plainText } from './plain-text.ts'

/** What names are taken from. */
export type NamedRow = Pick<
  EventRow,
  'account' | 'seq' | 'connection' | 'kind' | 'user_id' | 'group_id' | 'label' | 'dn' | 'zendesk_id' | 'body'
>

/** A longer name is not looked for: an index of PostgreSQL has limits, bytes. */
const LONGEST = 1_000

/** So many rows go into one statement, whose parameters are limited. */
const AT_ONCE = 500

/** Letters in lower case; a DN also without the blanks between its parts. */
export function keyOf(name: string): string {
  const key = name
    .trim()
    .toLowerCase()
    .replace(/\s*([,=+])\s*/g, '$1')
  const bytes = Buffer.from(key)
  if (bytes.length <= LONGEST) return key
  // what is cut in two is no letter any more
  return new TextDecoder().decode(bytes.subarray(0, LONGEST), { stream: true })
}

/**
 * The names by which the one is found whom an event is about: its label, DN and the value of the first RDN, the
 * directory id, the Zendesk id, and the names that Zendesk has. A membership has none of its own. What is masked names
 * nobody: neither a mask, which many have, nor what is left around one.
 */
export function namesOfRow(row: NamedRow): NameRow[] {
  const { account, seq, connection, kind, user_id, group_id, label, dn, zendesk_id, body } = row
  const id = kind === 'user' ? user_id : kind === 'group' ? group_id : null
  if (connection === null || kind === null || id === null) return []
  const names = [label, id, dn, rdnValue(dn), zendesk_id === null ? null : String(zendesk_id), ...namesIn(body)]
  const byKey = new Map(
    names
      .filter((name): name is string => name !== null && name.trim() !== '' && !name.includes(MASK))
      .map((name) => [keyOf(plainText(name)), plainText(name)] as const),
  )
  return [...byKey].map(([key, name]) => ({ account, connection, kind, entity_id: id, key, name, last_seq: seq }))
}

/** Adds names; of one that is there it is noted that a newer event has it. */
export async function insertNames(database: Kysely<HistoryTables>, names: readonly NameRow[]): Promise<void> {
  const newest = new Map(names.map((one) => [JSON.stringify([one.connection, one.kind, one.entity_id, one.key]), one]))
  const all = [...newest.values()]
  for (let from = 0; from < all.length; from += AT_ONCE)
    await database
      .insertInto('names')
      .values(all.slice(from, from + AT_ONCE))
      .onConflict((conflict) =>
        conflict
          .columns(['account', 'connection', 'kind', 'entity_id', 'key'])
          .doUpdateSet({ last_seq: sql<number>`excluded.last_seq` }),
      )
      .execute()
}

/** The value of the first part of a DN: of many directories the user id. */
function rdnValue(dn: string | null): string | null {
  const first = dn === null ? undefined : parseDn(dn)?.[0]?.[0]
  return first ? unescapeValue(first.value) : null
}

/** What Zendesk calls it, before and after. */
function namesIn(body: string): string[] {
  const { before, after } = JSON.parse(body) as Record<'before' | 'after', Named | null | undefined>
  return [before, after]
    .flatMap((one) => [one?.name, one?.attributes?.['name'], one?.attributes?.['email']])
    .filter((name): name is string => typeof name === 'string' && name !== '')
}

interface Named {
  readonly name?: unknown
  readonly attributes?: Readonly<Record<string, unknown>>
}
