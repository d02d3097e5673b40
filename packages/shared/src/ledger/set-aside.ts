import type { RedisClient } from '../redis-client.ts'
import { z } from 'zod'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'

/** An entity that could not be read, and was set aside. */
export const SetAside = z.object({
  /** What was wrong with it. */
  what: z.string(),
  /** When it was set aside, ms since the epoch. */
  at: z.number(),
  /** The object that is its own in Zendesk; null where there is none. */
  zendeskId: z.number().nullable(),
  /** Empty where it could not be read, as the label. */
  dn: z.string(),
  label: z.string(),
})
export type SetAside = z.infer<typeof SetAside>

/** What was set aside and is not healed, by `kind|id`. */
export async function readSetAside(redis: RedisClient, name: ConnectionName): Promise<Map<string, SetAside>> {
  const all = await redis.hgetall(connectionKeys(name).unreadable)
  return new Map(Object.entries(all).map(([member, text]) => [member, SetAside.catch(NOTHING).parse(jsonOf(text))]))
}

/** Of something of which not even that can be read. */
const NOTHING: SetAside = { what: 'nor can what was noted of it', at: 0, zendeskId: null, dn: '', label: '' }

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The Zendesk ids of the objects that a connection's users and groups own, of those in `members`, by `kind|id`. */
export async function ownedBy(
  redis: RedisClient,
  { connection, account }: ConnectionName,
  members: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const owned = new Map<string, number>()
  for (const kind of ['user', 'group'] as const) {
    if (![...members].some((member) => member.startsWith(`${kind}|`))) continue
    let cursor = '0'
    do {
      const [next, part] = await redis.hscan(accountKeys(account).owners(kind), cursor, 'COUNT', 1000)
      cursor = next
      for (let i = 0; i < part.length; i += 2) {
        const owner = part[i + 1]!
        const member = `${kind}|${owner.slice(connection.length + 1)}`
        if (owner.startsWith(`${connection}|`) && members.has(member)) owned.set(member, Number(part[i]))
      }
    } while (cursor !== '0')
  }
  return owned
}
