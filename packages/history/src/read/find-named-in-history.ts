import { sql, type Kysely } from 'kysely'
import type { HistoryTables } from '../database/schema.ts'
import { keyOf } from '../events/names-of-row.ts'
import { plainText } from '../events/plain-text.ts'

/** A user or group that the history has events of. */
export interface InHistory {
  readonly account: string
  readonly connection: string
  readonly kind: 'user' | 'group'
  readonly id: string
  /** Names that it was found by. */
  readonly names: readonly string[]
}

/** Of a part of a name at most so many are found. */
const MOST = 100

/**
 * Whom a text names: by address, name, DN, user id, directory id or Zendesk id, at any time that the history knows of;
 * when nobody has exactly that, by a part of one. Case does not matter.
 */
export async function findNamedInHistory(
  database: Kysely<HistoryTables>,
  accounts: readonly string[],
  text: string,
): Promise<InHistory[]> {
  const key = keyOf(plainText(text))
  if (key === '') return []
  const named = () =>
    database
      .selectFrom('names')
      .selectAll()
      .where('account', 'in', [...accounts])
  const whole = await named().where('key', '=', key).limit(MOST).execute()
  const part = `%${key.replaceAll(/[\\%_]/g, '\\$&')}%`
  const found =
    whole.length > 0
      ? whole
      : await named()
          .where(sql<boolean>`key like ${part} escape '\\'`)
          .limit(MOST)
          .execute()
  const byId = Map.groupBy(found, (one) => JSON.stringify([one.account, one.connection, one.kind, one.entity_id]))
  return [...byId.values()]
    .map((names) => ({
      account: names[0]!.account,
      connection: names[0]!.connection,
      kind: names[0]!.kind === 'group' ? ('group' as const) : ('user' as const),
      id: names[0]!.entity_id,
      names: names.map(({ name }) => name).sort(),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
