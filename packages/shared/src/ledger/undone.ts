import { z } from 'zod'
import type { AttributeValue } from '../desired.ts'
import { formatEntityMember, parseEntityMember, type EntityName } from './entity-member.ts'
import type { RedisClient } from '../redis-client.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { REPLACE_UNDONE } from './lua/replace-undone.ts'
import { isWrongType, sort } from './read-stored.ts'
import { runScript } from './script.ts'

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Value: z.ZodType<AttributeValue> = z.union([
  Scalar,
  z.array(z.string()),
  z.array(z.number()),
  z.record(z.string(), Scalar),
])

/** Who took a change back, when (ms since the epoch), why, and which one: `change 17`, or `cycle 1795940415183000`. */
const UndoneBy = z.object({ by: z.string(), at: z.number(), reason: z.string().exactOptional(), of: z.string() })
export type UndoneBy = Readonly<z.infer<typeof UndoneBy>>

/** One thing about an entity that stays as it was put back, whatever the directory says of it meanwhile. */
export const Kept = UndoneBy.extend({
  /** What it is to be; null for an attribute that is to be empty. */
  to: Value,
  /** Fingerprint of what the directory said of it when a cycle first met it here: another word of it ends this. */
  said: z.string().exactOptional(),
})
export type Kept = Readonly<z.infer<typeof Kept>>

/**
 * What of an entity was undone and stays so. `kept` goes by `presence`, a group's `name`, or Zendesk's attribute as in
 * a plan's changes (`user_fields.cost_center`).
 */
export const Undone = z.object({
  dn: z.string(),
  label: z.string(),
  kept: z.record(z.string(), Kept),
  /** Of a user whom the ledger did not know then: what Zendesk held of them, by which a cycle finds them again. */
  held: z.record(z.string(), Value).exactOptional(),
})
export type Undone = Readonly<z.infer<typeof Undone>>

/** Names the undo, which may be of many changes, for the history. */
export function undoOf({ by, at }: Pick<UndoneBy, 'by' | 'at'>): string {
  return `${by} ${at}`
}

/** The name under which it is kept whether somebody is active, or a group or membership is there. */
export const PRESENCE = 'presence'

/** Another state for what stands in a field: nothing is written where it has changed since it was read. */
export interface Replacement {
  /** `kind|id`. */
  readonly member: string
  /** As it was read; undefined where nothing stood there. */
  readonly before: Undone | undefined
  /** Undefined where nothing is to be kept any more. */
  readonly after: Undone | undefined
}

/**
 * Reads what was undone, by `kind|id`. One that is not written as we write it counts as one that nobody can read: it is
 * replaced by its letters, and could not be replaced.
 */
export function readUndone(key: string, fields: readonly (readonly [member: string, text: string])[]) {
  const { values, unreadable } = sort(key, Undone, fields)
  const isOdd = ([member, text]: readonly [string, string]) => values.has(member) && textOf(values.get(member)) !== text
  const odd = fields.filter(isOdd).map(([field]) => ({ key, field, why: 'is not as it is written here' }))
  const isEven = (member: string) => odd.every(({ field }) => field !== member)
  return {
    values: new Map([...values].filter(([member]) => isEven(member))),
    unreadable: [...unreadable, ...odd],
  }
}

/** Writes replacements, behind a cycle's fence where its token is given. Returns of each whether it was written. */
export async function replaceUndone(
  run: (lua: string, args: readonly string[]) => Promise<unknown>,
  replacements: readonly Replacement[],
  token = '',
): Promise<boolean[]> {
  if (replacements.length === 0) return []
  const encoded = replacements.map(({ member, before, after }) => ({
    member,
    before: textOf(before),
    after: textOf(after),
  }))
  return ((await run(REPLACE_UNDONE, [token, JSON.stringify(encoded)])) as number[]).map((done) => done === 1)
}

/** Per script call. */
const CHUNK = 200

/** What admins took back of a connection, as they do it: `undo` keeps, `resume --undone` lets go. */
export class UndoneChanges {
  readonly #redis: RedisClient
  readonly #keys: ReturnType<typeof connectionKeys>

  constructor(redis: RedisClient, name: ConnectionName) {
    this.#redis = redis
    this.#keys = connectionKeys(name)
  }

  /** Keeps what was undone, beside what is kept of the same entities already: of two of one name the new one. */
  async keep(undone: ReadonlyMap<string, Undone>): Promise<void> {
    await this.#each([...undone.keys()], (member, before) => {
      const one = undone.get(member)!
      return { ...before, ...one, kept: { ...before?.kept, ...one.kept } }
    })
  }

  /** Lets the directory say again what becomes of these. Returns what was kept; what nobody can read goes as well. */
  async letGo(entities: readonly EntityName[]): Promise<Map<string, Undone | undefined>> {
    const members = entities.map(formatEntityMember)
    const gone = new Map<string, Undone | undefined>()
    for (const member of members) {
      const text = await this.#redis.hget(this.#keys.undone, member)
      if (text === null || (await this.#redis.hdel(this.#keys.undone, member)) === 0) continue
      gone.set(member, sort(this.#keys.undone, Undone, [[member, text]]).values.get(member))
    }
    return gone
  }

  /** Lets go of all that is kept. Returns how much that was; what stands there and is no hash goes whole. */
  async letAllGo(): Promise<number> {
    const { undone } = this.#keys
    const members = await this.#redis.hkeys(undone).catch(async (error: unknown) => {
      if (!isWrongType(error)) throw error
      await this.#redis.del(undone)
      return undefined
    })
    if (members === undefined) return 1
    return (await this.letGo(members.map(parseEntityMember))).size
  }

  async #each(members: readonly string[], change: (member: string, before: Undone | undefined) => Undone) {
    let left = [...members]
    while (left.length > 0) {
      const part = left.slice(0, CHUNK)
      const texts = await this.#redis.hmget(this.#keys.undone, ...part)
      const stored = part.flatMap((member, i) => (texts[i] == null ? [] : [[member, texts[i]] as const]))
      const { values, unreadable } = readUndone(this.#keys.undone, stored)
      // what nobody can read makes room for what an admin says now
      if (unreadable.length > 0) await this.#redis.hdel(this.#keys.undone, ...unreadable.map(({ field }) => field!))
      const replacements = part.map((member) => {
        const before = values.get(member)
        return { member, before, after: change(member, before) }
      })
      const done = await replaceUndone(
        (lua, args) => runScript(this.#redis, lua, [this.#keys.prefix], args),
        replacements,
      )
      left = [...part.filter((_member, i) => !done[i]), ...left.slice(part.length)]
    }
  }
}

/** As it stands in Redis: what was read is written back letter by letter, for keys come in the order of the text. */
function textOf(undone: Undone | undefined): string {
  return undone === undefined ? '' : JSON.stringify(undone)
}
