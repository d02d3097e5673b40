import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { timeOf } from '@provisioner/shared/account-node.ts'
import type { History } from '../database/open-history.ts'
import { HistoryAwayError } from '../database/history-errors.ts'
import { rowOfDropped, rowOfEntry, type MaskedNames, type NewRow } from '../events/row-of-event.ts'
import { appendEach } from './append-each.ts'
import { droppedOf, forget, forgetDropped, oldestOf } from './stream.ts'

/** An account's stream, and the history that takes it in. */
export interface Draining {
  readonly account: string
  readonly redis: RedisClient
  readonly history: History
  readonly maskedOf: MaskedNames
}

/**
 * Takes the oldest events of the account's stream into the history, and has the stream forget them once they are
 * committed. Returns how many were read: 0 when there is nothing more.
 *
 * It may end at any point: what is committed and not forgotten is read again, and known. So two that run at once do no
 * harm.
 *
 * @throws HistoryAwayError, or what Redis throws
 */
export async function drainOnce({ account, redis, history, maskedOf }: Draining): Promise<number> {
  const dropped = await droppedOf(redis, account)
  const entries = await oldestOf(redis, account)
  const rows: NewRow[] = entries.map((entry) => rowOfEntry(entry, maskedOf))
  if (dropped > 0) rows.unshift(rowOfDropped(dropped, entries[0]?.id, await timeOf(redis, account)))
  if (rows.length === 0) return 0
  await appendEach(history.database, account, rows).catch((cause: unknown) => {
    throw new HistoryAwayError(history.where, cause)
  })
  await forget(redis, account, entries)
  if (dropped > 0) await forgetDropped(redis, account, dropped)
  return entries.length
}
