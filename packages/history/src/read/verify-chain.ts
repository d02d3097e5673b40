import type { Kysely } from 'kysely'
import type { ChainRow, EventRow, HistoryTables } from '../database/schema.ts'
import { hashOf } from '../events/chain.ts'

/** So many rows are read at once. */
const PAGE = 1_000

/** What became of an account's chain: whole, or where it breaks first. */
export type Verified =
  | { readonly status: 'whole'; readonly rows: number; readonly lastSeq: number; readonly lastHash: string }
  | { readonly status: 'broken'; readonly seq: number; readonly how: Broken; readonly says: string }

export type Broken = 'changed' | 'removed' | 'inserted'

/**
 * Walks the chain of an account from its anchor to its end, and stops at the first row that is not as it was written.
 *
 *   found                                     | how
 *   ------------------------------------------|---------
 *   a row whose hash is not that of what it says | changed
 *   a number that no row has                  | removed
 *   a row that does not follow from the one before, though it says what its hash does | inserted
 *   a row before the anchor, or behind the end | inserted
 *
 * Whoever may write to the database can make the whole chain anew; the last hash, kept elsewhere, tells that.
 */
export async function verifyChain(database: Kysely<HistoryTables>, chain: ChainRow): Promise<Verified> {
  const verified = await walk(database, chain)
  if (verified.status === 'whole') return verified
  const now = await chainOf(database, chain.account)
  // rows that had their time were removed while this was read
  return now && now.anchor_seq > chain.anchor_seq ? await verifyChain(database, now) : verified
}

async function walk(database: Kysely<HistoryTables>, chain: ChainRow): Promise<Verified> {
  const { account, anchor_seq, anchor_hash, last_seq, last_hash } = chain
  let [seq, previous, rows] = [anchor_seq, anchor_hash, 0]
  for await (const row of rowsOf(database, account, last_seq)) {
    if (row.seq <= anchor_seq) return broken(row.seq, 'inserted', 'it is older than the first one that was kept')
    if (row.seq > seq + 1) return removed(seq + 1, row.seq - 1)
    const { hash, ...columns } = row
    if (hashOf(columns) !== hash) return broken(row.seq, 'changed', 'it does not say what was written')
    if (row.previous !== previous) return broken(row.seq, 'inserted', `it does not follow from row ${seq}`)
    ;[seq, previous, rows] = [row.seq, hash, rows + 1]
  }
  if (seq < last_seq) return removed(seq + 1, last_seq)
  if (previous !== last_hash) return broken(seq, 'changed', 'it is not the last one that was written')
  const behind = await firstBehind(database, account, last_seq)
  const end = behind && (await chainOf(database, account))?.last_seq
  if (behind && behind.seq > (end ?? 0))
    return broken(behind.seq, 'inserted', `the last one that was written is ${end}`)
  // what was added while this was read follows from the last one
  if (behind && behind.previous !== previous)
    return broken(behind.seq, 'inserted', `it does not follow from row ${seq}`)
  return { status: 'whole', rows, lastSeq: seq, lastHash: previous }
}

/** The chains of all accounts that the history has, by name. */
export async function chainsOf(database: Kysely<HistoryTables>): Promise<ChainRow[]> {
  return await database.selectFrom('chains').selectAll().orderBy('account').execute()
}

async function chainOf(database: Kysely<HistoryTables>, account: string): Promise<ChainRow | undefined> {
  return await database.selectFrom('chains').selectAll().where('account', '=', account).executeTakeFirst()
}

async function* rowsOf(database: Kysely<HistoryTables>, account: string, last: number): AsyncGenerator<EventRow> {
  for (let after = -1; ;) {
    const page = await database
      .selectFrom('events')
      .selectAll()
      .where('account', '=', account)
      .where('seq', '>', after)
      .where('seq', '<=', last)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)!.seq
  }
}

async function firstBehind(database: Kysely<HistoryTables>, account: string, last: number) {
  return await database
    .selectFrom('events')
    .select(['seq', 'previous'])
    .where('account', '=', account)
    .where('seq', '>', last)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
}

function broken(seq: number, how: Broken, says: string): Verified {
  return { status: 'broken', seq, how, says: `row ${seq} was ${how}: ${says}` }
}

function removed(from: number, to: number): Verified {
  const says = from === to ? `row ${from} was removed` : `rows ${from} to ${to} were removed`
  return { status: 'broken', seq: from, how: 'removed', says }
}
