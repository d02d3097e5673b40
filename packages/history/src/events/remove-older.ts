import type { Kysely } from 'kysely'
import type { HistoryTables } from '../database/schema.ts'
import { lockChain } from './append.ts'

/** So many rows are removed in one transaction: whoever adds some waits for it. */
const AT_ONCE = 5_000

/** Which rows go. */
export interface Age {
  /** What happened before this time goes, ms since the epoch. */
  readonly before: number
  /** What is said to have happened later than this keeps nothing, ms since the epoch: a clock was wrong. */
  readonly now: number
}

/**
 * Removes the rows of an account that happened before a time, from the first on up to the first that did not. The hash
 * of the last one removed is kept: the chain goes on from there. Returns how many were removed.
 */
export async function removeOlder(database: Kysely<HistoryTables>, account: string, age: Age): Promise<number> {
  for (let removed = 0; ;) {
    const some = await removeSome(database, account, age)
    removed += some
    if (some < AT_ONCE) return removed
  }
}

async function removeSome(database: Kysely<HistoryTables>, account: string, age: Age): Promise<number> {
  return await database.transaction().execute(async (transaction) => {
    const { anchor_seq: anchor } = await lockChain(transaction, account)
    const last = await lastToGo(transaction, account, { after: Number(anchor), ...age })
    if (!last) return 0
    await transaction.deleteFrom('events').where('account', '=', account).where('seq', '<=', last.seq).execute()
    await transaction.deleteFrom('names').where('account', '=', account).where('last_seq', '<=', last.seq).execute()
    await transaction
      .updateTable('chains')
      .set({ anchor_seq: last.seq, anchor_hash: last.hash })
      .where('account', '=', account)
      .execute()
    return Number(last.seq) - Number(anchor)
  })
}

/** The last old row before the first one that stays, among so many behind the anchor as are removed at once. */
async function lastToGo(
  transaction: Kysely<HistoryTables>,
  account: string,
  { after, before, now }: Age & { readonly after: number },
): Promise<{ seq: number; hash: string } | undefined> {
  const behind = transaction.selectFrom('events').where('account', '=', account).where('seq', '>', after)
  const stays = await behind
    .select('seq')
    .where('at', '>=', before)
    .where('at', '<=', now)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  const old = behind.where('at', '<', before)
  const going = stays ? old.where('seq', '<', stays.seq) : old
  const last = await going.select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
  if (!last || last.seq - after <= AT_ONCE) return last
  // what is dated wrongly among them goes with the others
  const some = behind.select(['seq', 'hash']).where('seq', '<=', after + AT_ONCE)
  return await some.orderBy('seq', 'desc').limit(1).executeTakeFirst()
}
