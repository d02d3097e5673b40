import { sql, type Kysely, type Transaction } from 'kysely'
import type { ChainRow, EventRow, HistoryTables } from '../database/schema.ts'
import { FIRST, hashOf } from './chain.ts'
import { insertNames, namesOfRow } from './names-of-row.ts'
import type { NewRow } from './row-of-event.ts'

/** So many rows go into one statement, whose parameters are limited. */
const AT_ONCE = 200

/**
 * Adds rows behind an account's last one, in their order and in one transaction; those that are there already are left
 * out. Returns how many were new.
 */
export async function append(
  database: Kysely<HistoryTables>,
  account: string,
  rows: readonly NewRow[],
): Promise<number> {
  return await database.transaction().execute(async (transaction) => {
    const chain = await lockChain(transaction, account)
    const known = await knownIds(transaction, account, rows)
    const added: EventRow[] = []
    let { last_seq: seq, last_hash: previous } = chain
    for (const row of rows) {
      if (known.has(row.event_id)) continue
      known.add(row.event_id)
      const placed = { ...row, account, seq: ++seq, previous }
      previous = hashOf(placed)
      added.push({ ...placed, hash: previous })
    }
    if (added.length === 0) return 0
    for (let from = 0; from < added.length; from += AT_ONCE)
      await transaction
        .insertInto('events')
        .values(added.slice(from, from + AT_ONCE))
        .execute()
    await insertNames(transaction, added.flatMap(namesOfRow))
    await transaction
      .updateTable('chains')
      .set({ last_seq: seq, last_hash: previous })
      .where('account', '=', account)
      .execute()
    return added.length
  })
}

/**
 * The chain of an account, which nobody else changes until the transaction ends. The first statement is a write, so
 * that SQLite has the lock before anything is read that another one could change.
 */
export async function lockChain(transaction: Transaction<HistoryTables>, account: string): Promise<ChainRow> {
  return await transaction
    .insertInto('chains')
    .values({ account, anchor_seq: 0, anchor_hash: FIRST, last_seq: 0, last_hash: FIRST })
    .onConflict((conflict) => conflict.column('account').doUpdateSet({ account: sql<string>`excluded.account` }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function knownIds(
  transaction: Transaction<HistoryTables>,
  account: string,
  rows: readonly NewRow[],
): Promise<Set<string>> {
  const known = new Set<string>()
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const ids = rows.slice(from, from + AT_ONCE).map(({ event_id }) => event_id)
    const found = await transaction
      .selectFrom('events')
      .select('event_id')
      .where('account', '=', account)
      .where('event_id', 'in', ids)
      .execute()
    for (const { event_id } of found) known.add(event_id)
  }
  return known
}
