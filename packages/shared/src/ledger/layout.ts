import type { Redis } from 'ioredis'
import { LAYOUT_KEY } from './keys.ts'

/**
 * The number of the way in which the ledger lies in Redis: its keys, and the fields of its hashes. It grows with every
 * change that a version of before could not read, or would read wrongly.
 */
export const LAYOUT = 2

/** Ledgers of before had no number. */
const FIRST_LAYOUT = '1'

/**
 * Why a ledger cannot be used that another version left in Redis, and what to do; undefined for a ledger of this
 * version, and for none.
 *
 *   zp:layout | entities | answer
 *   ----------|----------|--------------------
 *   2         | any      | fit
 *   another   | any      | unfit: layout N
 *   none      | none     | fit: nothing is there yet
 *   none      | some     | unfit: layout 1
 *
 * Whatever enters an entity comes after `BEGIN`, which writes the number where a Redis has lost it with everything
 * else.
 */
export async function unfitLayout(redis: Redis): Promise<string | undefined> {
  const found = (await redis.get(LAYOUT_KEY)) ?? ((await hasEntities(redis)) ? FIRST_LAYOUT : null)
  if (found === null || found === String(LAYOUT)) return undefined
  return (
    `Redis has a ledger of layout ${found}, and this version knows layout ${LAYOUT}. Empty this Redis, or give ` +
    'redis.url another one: everything is found again in Zendesk, by external id, email and name'
  )
}

/** Writes the number for those who come later. Whoever calls has asked `unfitLayout` before. */
export async function noteLayout(redis: Redis): Promise<void> {
  await redis.setnx(LAYOUT_KEY, LAYOUT)
}

/** Whether any connection's ledger knows anything. It looks through all keys: only where no number is written. */
async function hasEntities(redis: Redis): Promise<boolean> {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', 'zp:*:all:*', 'COUNT', 1000)
    if (keys.length > 0) return true
    cursor = next
  } while (cursor !== '0')
  return false
}
