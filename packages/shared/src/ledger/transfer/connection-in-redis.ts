import { keysOf } from '../../account-node.ts'
import type { RedisClient } from '../../redis-client.ts'
import { accountKeys, accountTag, SHARED_BY_ACCOUNT, type ConnectionName } from '../keys.ts'
import { HAND_ON } from '../lua/hand-on.ts'
import { runScript } from '../script.ts'

/** Fields of a hash that are looked at in one step. */
const PAGE = 1_000

/** Ids of the connections that have a ledger in an account, configured or not, sorted. */
export async function connectionsInRedis(redis: RedisClient, account: string): Promise<string[]> {
  const prefix = `${accountTag(account)}:`
  const found = new Set<string>()
  for await (const keys of keysOf(redis, account, '*:*'))
    for (const key of keys) {
      const [connection = ''] = key.slice(prefix.length).split(':')
      // what has a dot in it is a queue of BullMQ's
      if (connection !== SHARED_BY_ACCOUNT && !connection.includes('.')) found.add(connection)
    }
  return [...found].sort()
}

/**
 * Gives all that a connection's entries own or claim in Zendesk to another connection, or to nobody where `to` is null.
 * Done twice, or broken off and done again, it comes to the same. Returns how many objects they own.
 */
export async function handOn(
  redis: RedisClient,
  { account, connection }: ConnectionName,
  to: string | null,
): Promise<{ users: number; groups: number }> {
  const { owners, claims } = accountKeys(account)
  const move = async (key: string) => {
    let [cursor, count] = ['0', 0]
    do {
      const [next, fields] = await fieldsOf(redis, key, cursor, connection)
      const args = [`${connection}|`, to === null ? '' : `${to}|`, JSON.stringify(fields)]
      if (fields.length > 0) count += Number(await runScript(redis, HAND_ON, [key], args))
      cursor = next
    } while (cursor !== '0')
    return count
  }
  const [users, groups] = [await move(owners('user')), await move(owners('group'))]
  await move(claims)
  return { users, groups }
}

/** How many users and groups of Zendesk a connection's entries own. */
export async function countOwned(
  redis: RedisClient,
  { account, connection }: ConnectionName,
): Promise<{ users: number; groups: number }> {
  const count = async (key: string) => {
    let [cursor, sum] = ['0', 0]
    do {
      const [next, fields] = await fieldsOf(redis, key, cursor, connection)
      sum += fields.length
      cursor = next
    } while (cursor !== '0')
    return sum
  }
  const { owners } = accountKeys(account)
  return { users: await count(owners('user')), groups: await count(owners('group')) }
}

/** Removes the keys of an account that match a pattern behind its tag. Returns how many there were. */
export async function removeKeys(redis: RedisClient, account: string, pattern: string): Promise<number> {
  let removed = 0
  for await (const keys of keysOf(redis, account, pattern)) removed += await redis.unlink(...keys)
  return removed
}

async function fieldsOf(
  redis: RedisClient,
  key: string,
  cursor: string,
  connection: string,
): Promise<[next: string, fields: string[]]> {
  const [next, inTurn] = await redis.hscan(key, cursor, 'COUNT', PAGE)
  const fields: string[] = []
  for (let i = 0; i < inTurn.length; i += 2) if (inTurn[i + 1]!.startsWith(`${connection}|`)) fields.push(inTurn[i]!)
  return [next, fields]
}
