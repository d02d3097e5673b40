import type { RedisClient } from '../redis-client.ts'
import { keysOf } from '../account-node.ts'
import type { Kind } from '../entity.ts'
import type { Problem } from '../problem.ts'
import { FOUND_AGAIN, keyTypes } from './key-types.ts'
import { accountKeys, accountTag, connectionKeys, type ConnectionName } from './keys.ts'
import { noteLayout } from './layout.ts'
import { LIST_ANEW, NOTE_MEMBERS } from './lua/list-anew.ts'
import { ownersAnew } from './owners-anew.ts'
import { runScript } from './script.ts'
import { describeWrongKey, wrongKeys, type KeyType, type KeyTypes, type WrongKey } from './wrong-keys.ts'

const KINDS: readonly Kind[] = ['user', 'group', 'membership']

/** How long what lay under a key of the wrong type is kept, ms: for whoever asks what it was. */
const KEPT_ASIDE_MS = 30 * 24 * 3_600_000

/** Who is in the groups that are known, and the keys that scripts met. */
async function membersOf(redis: RedisClient, name: ConnectionName): Promise<KeyTypes> {
  const keys = connectionKeys(name)
  const [groups, damaged] = await Promise.all([redis.hkeys(keys.listOf('group')), redis.smembers(keys.damaged)])
  const met = damaged.filter((key) => key.startsWith(keys.membersOf('')))
  const members: KeyType = { type: 'hash', whose: 'the ledger', follows: FOUND_AGAIN }
  return new Map([...groups.map(keys.membersOf), ...met].map((key) => [key, members]))
}

/**
 * Mends keys of the wrong type, which some hand or another program has left in a connection's part of the ledger, in
 * what it shares with others of its account, or in its queues: what lies there is set aside, and the key made anew.
 * Returns a problem for each.
 */
export async function mendKeys(redis: RedisClient, name: ConnectionName): Promise<Problem[]> {
  const problems = await mend(redis, name, keyTypes(name))
  problems.push(...(await mend(redis, name, await membersOf(redis, name))))
  await redis.del(connectionKeys(name).damaged)
  return problems
}

/** Mends the keys of one queue, by its types; see `queue-key-types.ts`. Returns a problem for each. */
export async function mendQueue(redis: RedisClient, name: ConnectionName, types: KeyTypes): Promise<Problem[]> {
  return mend(redis, name, types)
}

async function mend(redis: RedisClient, name: ConnectionName, types: KeyTypes): Promise<Problem[]> {
  const keys = connectionKeys(name)
  const wrong = (await wrongKeys(redis, types)).filter(({ follows }) => follows !== undefined)
  const lists = [keys.listOf('user'), keys.listOf('group'), keys.groupsWithMembers, keys.groupsOf, keys.pending]
  const isIndex = wrong.some(({ key }) => lists.includes(key) || key.startsWith(keys.membersOf('')))
  // killed in between, the next look goes on with it
  if (isIndex) await redis.set(keys.mending, '1')
  // killed in between, the next cycle is a full one all the same
  const first = wrong.filter(({ key }) => key === keys.state)
  for (const { key } of first) await setAside(redis, name, key)
  if (wrong.some(({ follows }) => follows === FOUND_AGAIN)) await redis.hincrby(keys.state, 'listsLost', 1)
  for (const { key } of wrong.filter((one) => !first.includes(one))) await setAside(redis, name, key)
  if (wrong.some(({ key }) => key === keys.fence)) await redis.set(keys.fence, String(Date.now() * 1000))
  await mendAccount(redis, name.account, new Set(wrong.map(({ key }) => key)))
  if (isIndex || (await redis.exists(keys.mending)) === 1) {
    await indexAnew(redis, name)
    await redis.del(keys.mending)
  }
  return wrong.map((one) => problemOf(name, one))
}

async function setAside(redis: RedisClient, name: ConnectionName, key: string): Promise<void> {
  const { owners } = accountKeys(name.account)
  const aside = { key: `${connectionKeys(name).prefix}set-aside:${nameWithin(name, key)}`, ms: KEPT_ASIDE_MS }
  const kind = (['user', 'group'] as const).find((one) => key === owners(one))
  if (kind) return ownersAnew(redis, name.account, kind, aside)
  await redis.multi().rename(key, aside.key).pexpire(aside.key, aside.ms).exec()
}

/** Another cycle of the account may have done the same, which is as good. */
async function mendAccount(redis: RedisClient, account: string, wrong: ReadonlySet<string>): Promise<void> {
  const keys = accountKeys(account)
  // what says when they were looked up would keep them from being looked up
  if (wrong.has(keys.protected)) await redis.del(keys.protectedLookUps)
  if (wrong.has(keys.layout)) await noteLayout(redis, account)
}

/** The name of a key within the connection, or else within the account: `pending`, `account:claims`. */
function nameWithin({ account, connection }: ConnectionName, key: string): string {
  const { prefix } = connectionKeys({ account, connection })
  return key.slice(key.startsWith(prefix) ? prefix.length : accountTag(account).length + 1)
}

function problemOf(name: ConnectionName, wrong: WrongKey): Problem {
  return {
    code: 'LEDGER_UNREADABLE',
    subject: 'connection',
    id: `${name.connection}.${nameWithin(name, wrong.key)}`,
    what: `${describeWrongKey(wrong)}. It was set aside. ${wrong.follows}`,
    todo: 'Nothing at once. Find out what else writes to this Redis',
  }
}

/**
 * Lists every entity anew that has a hash of its own, in `pending` as well when it waits; and who is in which groups,
 * by the lists of members.
 */
async function indexAnew(redis: RedisClient, name: ConnectionName): Promise<void> {
  const keys = connectionKeys(name)
  for (const kind of KINDS) {
    const prefix = keys.entity(kind, '')
    for await (const part of keysOf(redis, name.account, `${name.connection}:${kind}:*`)) {
      const ids = part.map((key) => key.slice(prefix.length))
      await runScript(redis, LIST_ANEW, [keys.prefix], [kind, JSON.stringify(ids)])
    }
  }
  const prefix = keys.membersOf('')
  for await (const part of keysOf(redis, name.account, `${name.connection}:members:*`)) {
    const groups = part.map((key) => key.slice(prefix.length))
    for (const group of groups) await runScript(redis, NOTE_MEMBERS, [keys.prefix], [group])
  }
}
