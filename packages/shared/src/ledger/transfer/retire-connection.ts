import type { RedisClient } from '../../redis-client.ts'
import { accountKeys, connectionKeys, type ConnectionName } from '../keys.ts'
import { readPauses } from '../pauses.ts'
import { handOn, removeKeys } from './connection-in-redis.ts'

/**
 * Has the account's other connections take a connection's people over from now on, as those of one that has been silent
 * for long: each by an entry of their own, with what is known of them, whoever made or suspended them.
 */
export async function offerAll(redis: RedisClient, name: ConnectionName): Promise<void> {
  await redis.hdel(connectionKeys(name).state, 'lastCycle')
}

/**
 * Lets go of a connection: its queues, what its entries own and claim, its pauses unless they are kept, and then all
 * that is known of them. Zendesk's users and groups stay as they are, and are free for whoever finds them. Broken off,
 * it goes on when it is called again. Returns how many keys were removed, those of jobs among them.
 */
export async function letGoOf(
  redis: RedisClient,
  name: ConnectionName,
  { keepsPauses = false }: { keepsPauses?: boolean } = {},
): Promise<{ keys: number; users: number; groups: number }> {
  const { account, connection } = name
  const jobs = await removeKeys(redis, account, `${connection}.*`)
  const owned = await handOn(redis, name, null)
  const pauses = keepsPauses ? [] : await readPauses(redis, account)
  const own = pauses.filter((one) => one.connection === connection)
  if (own.length > 0) await redis.hdel(accountKeys(account).pauses, ...own.map(({ field }) => field))
  const known = await removeKeys(redis, account, `${connection}:*`)
  return { keys: jobs + known, ...owned }
}
