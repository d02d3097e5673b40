import type { RedisClient } from '../redis-client.ts'
import { accountKeys } from '../ledger/keys.ts'
import { runScript } from '../ledger/script.ts'
import type { HistoryEvent } from './event.ts'
import { NOTE_EVENTS } from './lua/append-event.ts'

/** An event that is about to be noted: its time is the one at which Redis notes it. */
export type NewEvent = HistoryEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never

/** Events in one call, which holds Redis for about a millisecond. */
const AT_ONCE = 200

/**
 * Notes what somebody did for the account's history, beside the scripts of the ledger, which note what they record
 * themselves. Where some hand has left something else in the place of the stream nothing is noted, until a cycle has
 * mended that.
 *
 * @throws ReplyError when Redis is full
 */
export async function noteEvents(redis: RedisClient, account: string, events: readonly NewEvent[]): Promise<void> {
  const { history } = accountKeys(account)
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const some = events.slice(at, at + AT_ONCE)
    await runScript(
      redis,
      NOTE_EVENTS,
      [history],
      some.map((event) => JSON.stringify(event)),
    )
  }
}

/** The same of one event. */
export async function noteEvent(redis: RedisClient, account: string, event: NewEvent): Promise<void> {
  await noteEvents(redis, account, [event])
}
