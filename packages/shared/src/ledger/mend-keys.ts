import type { RedisClient } from '../redis-client.ts'
import type { Kind } from '../entity.ts'
import { membershipSides } from '../entity.ts'
import type { Problem } from '../problem.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'

const KINDS: readonly Kind[] = ['user', 'group', 'membership']

/** How long what lay under a key of the wrong type is kept, ms: for whoever asks what it was. */
const KEPT_ASIDE_MS = 30 * 24 * 3_600_000

/** Keys per round trip. */
const CHUNK = 500

const ANEW = 'It was made anew from what the ledger knows'

type Type = 'string' | 'list' | 'hash' | 'set' | 'zset'

/**
 * The keys of a connection beside its entities: their types, and what becomes of one that is of another type.
 *
 *   of                             | what is done
 *   -------------------------------|-------------------------------------------------------------------------
 *   entities, and who is in groups | made anew from the entities
 *   the fence                      | made anew, greater than all before
 *   what is held, and decisions    | not here: what can't be read keeps everything held (`decisions-of-cycle.ts`)
 *   anything else                  | begins anew, as on an empty Redis
 */
function typesOf(name: ConnectionName): Map<string, { type: Type; follows: string }> {
  const keys = connectionKeys(name)
  const typed = (type: Type, follows: string, ...names: string[]) =>
    names.map((name) => [name, { type, follows }] as const)
  return new Map([
    ...typed('set', ANEW, ...KINDS.map(keys.all)),
    ...typed('zset', ANEW, keys.pending),
    ...typed('hash', 'Everybody is planned anew', ...KINDS.map(keys.seen)),
    ...typed('list', 'What admins had decided can not be looked up any more', keys.decisionLog),
    ...typed('zset', 'The guard counts anew', keys.counted),
    ...typed('hash', 'The first plan waits for approval again', keys.state),
    ...typed('string', ANEW, keys.fence),
    ...typed('hash', 'It begins anew', keys.problems, keys.former, keys.files, keys.unreadable),
    ...typed('set', 'It begins anew', keys.shownGroups, keys.shownUsers, keys.damaged),
    ...typed('string', 'It is read anew', keys.names),
  ])
}

/**
 * Who is in the groups that are known, and the keys that scripts met. Whose groups a user is in, scripts alone read.
 */
async function sidesOf(
  redis: RedisClient,
  name: ConnectionName,
): Promise<Map<string, { type: Type; follows: string }>> {
  const keys = connectionKeys(name)
  const [groups, damaged] = await Promise.all([redis.smembers(keys.all('group')), redis.smembers(keys.damaged)])
  const met = damaged.filter((key) => key.startsWith(keys.membersOf('')) || key.startsWith(keys.groupsOf('')))
  return new Map([...groups.map(keys.membersOf), ...met].map((key) => [key, { type: 'set', follows: ANEW }]))
}

/**
 * Mends keys of the wrong type, which some hand or another program has left in a connection's part of the ledger: what
 * lies there is set aside, and the key made anew. Returns a problem for each.
 */
export async function mendKeys(redis: RedisClient, name: ConnectionName): Promise<Problem[]> {
  const problems = await mend(redis, name, typesOf(name))
  problems.push(...(await mend(redis, name, await sidesOf(redis, name))))
  await redis.del(connectionKeys(name).damaged)
  return problems
}

async function mend(
  redis: RedisClient,
  name: ConnectionName,
  types: ReadonlyMap<string, { type: Type; follows: string }>,
): Promise<Problem[]> {
  const keys = connectionKeys(name)
  const found = await redis.pipeline([...types.keys()].map((key) => ['type', key])).exec()
  const wrong = [...types].flatMap(([key, { type, follows }], i) => {
    const is = String(found?.[i]?.[1])
    return is === type || is === 'none' ? [] : [{ key, is, type, follows }]
  })
  const isIndex = wrong.some(({ type }) => type === 'set' || type === 'zset')
  // killed in between, the next look goes on with it
  if (isIndex) await redis.set(keys.mending, '1')
  for (const { key } of wrong) {
    const aside = `${keys.prefix}set-aside:${key.slice(keys.prefix.length)}`
    await redis.multi().rename(key, aside).pexpire(aside, KEPT_ASIDE_MS).exec()
  }
  if (wrong.some(({ key }) => key === keys.fence)) await redis.set(keys.fence, String(Date.now() * 1000))
  if (isIndex || (await redis.exists(keys.mending)) === 1) await indexAnew(redis, name)
  await redis.del(keys.mending)
  return wrong.map(({ key, is, type, follows }) => ({
    code: 'LEDGER_UNREADABLE',
    subject: 'connection',
    id: `${name.connection}.${key.slice(keys.prefix.length)}`,
    what: `In Redis ${key} is a ${nameOf(is)}, where the ledger has a ${nameOf(type)}. It was set aside. ${follows}`,
    todo: 'Nothing at once. Find out what else writes to this Redis',
  }))
}

/** As people call a type. */
function nameOf(type: string): string {
  return type === 'zset' ? 'sorted set' : type
}

/** Enters every entity anew that has a hash: in the sets that name it, and in `pending` when it waits. */
async function indexAnew(redis: RedisClient, name: ConnectionName): Promise<void> {
  const keys = connectionKeys(name)
  for (const kind of KINDS) {
    const prefix = keys.entity(kind, '')
    let cursor = '0'
    do {
      const [next, part] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', CHUNK)
      cursor = next
      await enterAnew(
        redis,
        name,
        kind,
        part.map((key) => key.slice(prefix.length)),
      )
    } while (cursor !== '0')
  }
}

async function enterAnew(redis: RedisClient, name: ConnectionName, kind: Kind, ids: readonly string[]): Promise<void> {
  const keys = connectionKeys(name)
  const hashes = await redis
    .pipeline(ids.map((id) => ['hmget', keys.entity(kind, id), 'revision', 'appliedRevision']))
    .exec()
  const entering = redis.pipeline()
  for (const [i, id] of ids.entries()) {
    const [, values] = hashes?.[i] ?? []
    const [revision, applied] = ((values ?? []) as (string | null)[]).map(Number)
    entering.sadd(keys.all(kind), id)
    if ((revision ?? 0) > (applied ?? 0)) entering.zadd(keys.pending, 'NX', String(revision), `${kind}|${id}`)
    if (kind !== 'membership') continue
    const { groupId, userId } = membershipSides(id)
    entering.sadd(keys.membersOf(groupId), userId)
    entering.sadd(keys.groupsOf(userId), groupId)
  }
  await entering.exec()
}
