import type { RedisClient } from '../redis-client.ts'
import { keysOf } from '../account-node.ts'
import { accountKeys, accountTag, connectionKeys, type ConnectionName } from './keys.ts'
import { LINKED } from './lua/list-anew.ts'
import { formatOwner } from './owner.ts'
import { runScript } from './script.ts'

/**
 * Makes an account's owners anew where what lies there is no hash: who owns a Zendesk object is the entity that is
 * linked to it, of any connection of the account, configured or not. What lies there is set aside in the same step:
 * until then nobody is linked, so that nobody gets what is another's.
 */
export async function ownersAnew(
  redis: RedisClient,
  account: string,
  kind: 'user' | 'group',
  aside: { readonly key: string; readonly ms: number },
): Promise<void> {
  const key = accountKeys(account).owners(kind)
  const made = `${key}:anew`
  await redis.del(made)
  const prefix = `${accountTag(account)}:`
  for await (const lists of keysOf(redis, account, `*:${kind}s`))
    for (const list of lists) {
      const connection = list.slice(prefix.length, -`:${kind}s`.length)
      if (!connection.includes(':')) await enterListed(redis, made, { account, connection }, kind)
    }
  // where what lists them is no list either
  for await (const keys of keysOf(redis, account, `*:${kind}:*`)) await enterHashes(redis, made, prefix, kind, keys)
  const step = redis.multi().rename(key, aside.key).pexpire(aside.key, aside.ms)
  if ((await redis.exists(made)) === 1) step.rename(made, key)
  await step.exec()
}

async function enterListed(
  redis: RedisClient,
  made: string,
  name: ConnectionName,
  kind: 'user' | 'group',
): Promise<void> {
  const { prefix } = connectionKeys(name)
  let cursor = '0'
  do {
    const [next, linked] = (await runScript(redis, LINKED, [prefix], [kind, cursor])) as [string, string[]]
    cursor = next
    const entering = redis.pipeline()
    for (let i = 0; i < linked.length; i += 2)
      if (linked[i + 1])
        entering.hsetnx(made, linked[i + 1]!, formatOwner({ connection: name.connection, id: linked[i]! }))
    await entering.exec()
  } while (cursor !== '0')
}

async function enterHashes(
  redis: RedisClient,
  made: string,
  prefix: string,
  kind: 'user' | 'group',
  keys: readonly string[],
): Promise<void> {
  const entities = keys.flatMap((key) => {
    const [connection = '', second, ...id] = key.slice(prefix.length).split(':')
    return second === kind && id.length === 1 ? [{ key, owner: formatOwner({ connection, id: id[0]! }) }] : []
  })
  const answers = await redis.pipeline(entities.map(({ key }) => ['hget', key, 'zendeskId'])).exec()
  const entering = redis.pipeline()
  for (const [i, { owner }] of entities.entries()) {
    const [error, zendeskId] = answers?.[i] ?? []
    if (!error && typeof zendeskId === 'string') entering.hsetnx(made, zendeskId, owner)
  }
  await entering.exec()
}
