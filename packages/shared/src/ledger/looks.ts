import type { RedisClient } from '../redis-client.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { formatEntityMember, parseEntityMember } from './entity-member.ts'
import { reading } from './read-stored.ts'
import { runScript } from './script.ts'

/**
 * How long a delivery is known, ms. A signature is good for five minutes before and after its time
 * (`dashboard/webhooks/verify-signature.ts`), so that none outlives what is known of it.
 */
export const DELIVERY_KNOWN_MS = 15 * 60_000

/** So much is looked at in one cycle. What is more is left to the next. */
const MOST = 10_000

/** What Zendesk tells of one of its users: that something of them is another than before. */
export interface ZendeskEvent {
  /** The event's own id: two deliveries of one id are one. */
  readonly id: string
  /** The user's Zendesk id. */
  readonly user: number
  /** Set when it is a membership that came or went; its group's Zendesk id where the event says it. */
  readonly membership?: { readonly group: number | undefined; readonly isThere: boolean }
}

/** A membership that Zendesk told of. */
export interface ToldMembership {
  readonly user: number
  readonly group: number | undefined
  readonly isThere: boolean
}

/** What a connection is asked to look at in Zendesk, each with when it was asked for, by Redis's clock, ms. */
export type AskedLooks = ReadonlyMap<string, number>

const NOTE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 'repeated' end
local event = cjson.decode(ARGV[1])
local t = redis.call('TIME')
local at = t[1] * 1000 + math.floor(t[2] / 1000)
local owner = redis.call('HGET', KEYS[2], event.user)
for i, connection in ipairs(event.connections) do
  local named = connection .. '|'
  if owner and string.sub(owner, 1, #named) == named then
    redis.call('ZADD', KEYS[i + 2], at, 'user|' .. string.sub(owner, #named + 1))
  end
  if event.member ~= '' then redis.call('ZADD', KEYS[i + 2], at, event.member) end
end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
return 'noted'
`

const FORGET = `
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1
`

/**
 * Notes that a user, or the user's membership, is to be looked at: of the connection whose entry has the user, and a
 * membership of every connection, for one made by hand may be of a user whom none has. Noted and known are one step.
 * Returns `repeated`, and notes nothing, for a delivery that is known.
 *
 * @param connections all of the account
 */
export async function noteEvent(
  redis: RedisClient,
  account: string,
  connections: readonly string[],
  { id, user, membership }: ZendeskEvent,
): Promise<'noted' | 'repeated'> {
  const keys = accountKeys(account)
  const looks = connections.map((connection) => connectionKeys({ account, connection }).looks)
  const member = membership ? `member|${user}|${membership.group ?? ''}|${membership.isThere ? 'there' : 'gone'}` : ''
  const event = JSON.stringify({ user: String(user), member, connections })
  const args = [event, String(DELIVERY_KNOWN_MS)]
  return (await runScript(redis, NOTE, [keys.delivery(id), keys.owners('user'), ...looks], args)) as 'noted'
}

/** What is asked for, the oldest first, 10,000 at most. */
export async function readLooks(redis: RedisClient, name: ConnectionName): Promise<AskedLooks> {
  const key = connectionKeys(name).looks
  const { values } = await reading(redis, key, 'zset', async () => {
    const flat = await redis.zrange(key, '0', String(MOST - 1), 'WITHSCORES')
    const pairs = Array.from(
      { length: flat.length / 2 },
      (_none, i) => [flat[2 * i]!, Number(flat[2 * i + 1])] as const,
    )
    return { values: new Map(pairs), unreadable: [] }
  })
  return values
}

/** Forgets what was looked at, unless it has been asked for again since it was read. */
export async function forgetLooks(redis: RedisClient, name: ConnectionName, looks: AskedLooks): Promise<void> {
  const pairs = [...looks]
  for (let at = 0; at < pairs.length; at += 500) {
    const args = pairs.slice(at, at + 500).flatMap(([member, score]) => [member, String(score)])
    await runScript(redis, FORGET, [connectionKeys(name).looks], args)
  }
}

/** When something was last asked for, ms since the epoch by Redis's clock; 0 for never. */
export async function newestLook(redis: RedisClient, name: ConnectionName): Promise<number> {
  const key = connectionKeys(name).looks
  const [, score] = await redis.zrevrangebyscore(key, '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  return Number(score ?? 0)
}

/** How a user is asked for, by directory id. */
export function lookAtUser(id: string): string {
  return formatEntityMember({ kind: 'user', id })
}

/** What a connection is asked to look at, told apart. */
export function parseLook(member: string): { readonly userId: string } | ToldMembership | undefined {
  const [what, user, group, state, ...rest] = member.split('|')
  if (what === 'user') return { userId: parseEntityMember(member).id }
  if (what !== 'member' || rest.length > 0 || !/^\d+$/.test(user ?? '')) return undefined
  return { user: Number(user), group: group ? Number(group) : undefined, isThere: state === 'there' }
}
