import { keysOf } from '../../account-node.ts'
import type { RedisClient } from '../../redis-client.ts'
import { accountKeys, accountTag } from '../keys.ts'
import { LAYOUT, RENAMING } from '../layout.ts'
import { readPauses } from '../pauses.ts'
import { handOn, removeKeys } from './connection-in-redis.ts'

/** A connection's id, and the one that it gets. */
interface Renaming {
  readonly from: string
  readonly to: string
}

/** The renaming that was begun in an account and has not ended; undefined when there is none. */
export async function renamingIn(redis: RedisClient, account: string): Promise<Renaming | undefined> {
  const layout = await redis.get(accountKeys(account).layout)
  if (!layout?.startsWith(RENAMING)) return undefined
  const [from = '', to = ''] = layout.slice(RENAMING.length).split(' ')
  return { from, to }
}

/**
 * Gives a connection's ledger another id: its keys, what its entries own and claim in Zendesk, and its pauses. Its
 * queues are removed: the next cycle adds the jobs of what waits. Until all is done the account's layout says so, and
 * nobody works there; broken off, it goes on from where it was when it is called again. Whoever calls has made sure
 * that nobody works for the account, and that the new id has no ledger. Returns how many keys were renamed.
 */
export async function renameConnection(
  redis: RedisClient,
  account: string,
  { from, to }: Renaming,
): Promise<{ keys: number; users: number; groups: number }> {
  const { layout } = accountKeys(account)
  await redis.set(layout, `${RENAMING}${from} ${to}`)
  const prefix = `${accountTag(account)}:`
  let keys = 0
  for await (const some of keysOf(redis, account, `${from}:*`))
    for (const key of new Set(some)) {
      // a scan may tell a key twice
      if ((await redis.exists(key)) === 0) continue
      await redis.rename(key, `${prefix}${to}${key.slice(prefix.length + from.length)}`)
      keys += 1
    }
  const owned = await handOn(redis, { account, connection: from }, to)
  await movePauses(redis, account, { from, to })
  await removeKeys(redis, account, `${from}.*`)
  await redis.set(layout, LAYOUT)
  return { keys, ...owned }
}

async function movePauses(redis: RedisClient, account: string, { from, to }: Renaming): Promise<void> {
  const { pauses } = accountKeys(account)
  for (const { connection, scope, field } of await readPauses(redis, account)) {
    if (connection !== from) continue
    const text = await redis.hget(pauses, field)
    if (text !== null) await redis.multi().hset(pauses, `${to}|${scope}`, text).hdel(pauses, field).exec()
  }
}
