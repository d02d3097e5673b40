import type { RedisClient } from '../redis-client.ts'
import { accountKeys } from './keys.ts'
import { isWrongType } from './read-stored.ts'

/**
 * The number of the way in which the ledger lies in Redis: its keys, and the fields of its hashes. It grows with every
 * change that a version of before could not read, or would read wrongly.
 */
export const LAYOUT = 4

/** What an account's layout says while a ledger is being imported; behind it stands which one, and how far. */
export const IMPORTING = 'importing '

/** The same while a connection gets another id; behind it stand both. */
export const RENAMING = 'renaming '

/** Where ledgers of before accounts had a tag have their number, and what those of before numbers have all the same. */
const OLD_LAYOUT = 'zp:layout'
const OLD_SERVICES = 'zp:services'

/**
 * Why an account's ledger cannot be used that another version left in Redis, and what to do; undefined for a ledger of
 * this version, and for none.
 *
 *   the account's number | zp:layout | zp:services | answer
 *   ---------------------|-----------|-------------|--------------------
 *   4                    | any       | any         | fit
 *   importing …          | any       | any         | unfit: being imported
 *   renaming …           | any       | any         | unfit: a connection gets another id
 *   another              | any       | any         | unfit: layout N
 *   none                 | a number  | any         | unfit: layout N
 *   none                 | none      | some        | unfit: layout 1
 *   none                 | none      | none        | fit: nothing is there yet
 *
 * Whatever enters an entity comes after `BEGIN`, which writes the number where a Redis has lost it with everything
 * else.
 */
export async function unfitLayout(redis: RedisClient, account: string): Promise<string | undefined> {
  const found = (await redis.get(accountKeys(account).layout).catch(noneOfWrongType)) ?? (await oldLayout(redis))
  if (found === null || found === String(LAYOUT)) return undefined
  if (found.startsWith(IMPORTING))
    return `A ledger of account '${account}' is being imported, or its import was broken off: run 'provisioner ledger import' again with the same file`
  if (found.startsWith(RENAMING))
    return `A connection of account '${account}' is being renamed, or that was broken off: run 'provisioner connection rename ${found.slice(RENAMING.length)}' again`
  return (
    `Redis has a ledger of layout ${found}, and this version knows layout ${LAYOUT}. Empty this Redis, or name another ` +
    'one under redis. Users, groups and members are found again in Zendesk, by external id, email and name; ' +
    "admins' decisions are not, and the first plan waits for approval again: 'Upgrade across a layout' in " +
    'docs/operations.md has the steps'
  )
}

/** A key that is no string says nothing; the next cycle writes the number anew. */
function noneOfWrongType(error: unknown): null {
  if (!isWrongType(error)) throw error
  return null
}

async function oldLayout(redis: RedisClient): Promise<string | null> {
  const [number, services] = await Promise.all([
    redis.get(OLD_LAYOUT).catch(noneOfWrongType),
    redis.exists(OLD_SERVICES),
  ])
  return number ?? (services === 1 ? '1' : null)
}

/** Writes the number for those who come later. Whoever calls has asked `unfitLayout` before. */
export async function noteLayout(redis: RedisClient, account: string): Promise<void> {
  await redis.setnx(accountKeys(account).layout, LAYOUT)
}
