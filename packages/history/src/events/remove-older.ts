import type { Kysely } from 'kysely'
import type { HistoryTables } from '../database/schema.ts'
import { lockChain } from './append.ts'

/** So many rows are removed in one transaction: whoever adds some waits for it. */
const AT_ONCE = 5_000

/**
 * Removes the rows of an account that happened before a time (ms), from the first on up to the first that did not. The
 * hash of the last one removed is kept: the chain goes on from there. Returns how many were removed.
 */
export async function removeOlder(database: Kysely<HistoryTables>, account: string, before: number): Promise<number> {
  for (let removed = 0; ;) {
    const some = await removeSome(database, account, before)
    removed += some
    if (some < AT_ONCE) return removed
  }
}

async function removeSome(database: Kysely<HistoryTables>, account: string, before: number): Promise<number> {
  return await database.transaction().execute(async (transaction) => {
    const { anchor_seq: anchor } = await lockChain(transaction, account)
    const rows = await transaction
      .selectFrom('events')
      .select(['seq', 'at', 'hash'])
      .where('account', '=', account)
      .where('seq', '>', anchor)
      .orderBy('seq')
      .limit(AT_ONCE)
      .execute()
    const stays = rows.findIndex(({ at }) => at >= before)
    const old = stays < 0 ? rows : rows.slice(0, stays)
    const last = old.at(-1)
    if (!last) return 0
    await transaction.deleteFrom('events').where('account', '=', account).where('seq', '<=', last.seq).execute()
    await transaction.deleteFrom('names').where('account', '=', account).where('last_seq', '<=', last.seq).execute()
    await transaction
      .updateTable('chains')
      .set({ anchor_seq: last.seq, anchor_hash: last.hash })
      .where('account', '=', account)
      .execute()
    return old.length
  })
}
