import { z } from 'zod'
import type { AttributeValue } from '../desired.ts'
import { formatEntityMember, parseEntityMember, type EntityName } from './entity-member.ts'
import type { RedisClient } from '../redis-client.ts'
import type { NewEvent } from '../history/note-event.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
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
  /** What the history is told in the same step, where it is written. */
  readonly events?: readonly NewEvent[]
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
  const texts = replacements.map((one) => ({ ...one, before: textOf(one.before), after: textOf(one.after) }))
  return await replaceTexts(run, texts, token)
}

type Run = Parameters<typeof replaceUndone>[0]

/** The same of what stands there letter by letter, also where nobody can read it. */
async function replaceTexts(
  run: Run,
  texts: readonly (Pick<Replacement, 'member' | 'events'> & { readonly before: string; readonly after: string })[],
  token = '',
): Promise<boolean[]> {
  const encoded = texts.map(({ member, before, after, events = [] }) => ({
    ...{ member, before, after },
    events: events.map((event) => JSON.stringify(event)),
  }))
  return ((await run(REPLACE_UNDONE, [token, JSON.stringify(encoded)])) as number[]).map((done) => done === 1)
}

/** Per script call. */
const CHUNK = 200

/** What admins took back of a connection, as they do it: `undo` keeps, `resume --undone` lets go. */
export class UndoneChanges {
  readonly #redis: RedisClient
  readonly #undone: string
  readonly #run: Run

  constructor(redis: RedisClient, name: ConnectionName) {
    const { prefix, undone } = connectionKeys(name)
    const keys = [prefix, accountKeys(name.account).history]
    this.#redis = redis
    this.#undone = undone
    this.#run = (lua, args) => runScript(redis, lua, keys, args)
  }

  /**
   * Keeps what was undone, beside what is kept of the same entities already: of two of one name the new one. What
   * nobody can read makes room for it.
   *
   * @param eventsOf what the history is told of an entity in the step that keeps it
   */
  async keep(undone: ReadonlyMap<string, Undone>, eventsOf: (member: string) => readonly NewEvent[]): Promise<void> {
    await this.#each([...undone.keys()], (member, text, before) => {
      const one = undone.get(member)!
      const after = textOf({ ...before, ...one, kept: { ...before?.kept, ...one.kept } })
      return { member, before: text, after, events: eventsOf(member) }
    })
  }

  /**
   * Lets the directory say again what becomes of these. Returns what was kept; what nobody can read goes as well.
   *
   * @param eventOf what the history is told of an entity in the step that lets it go
   */
  async letGo(
    entities: readonly EntityName[],
    eventOf: (member: string, undone: Undone | undefined) => NewEvent,
  ): Promise<Map<string, Undone | undefined>> {
    const gone = new Map<string, Undone | undefined>()
    await this.#each(entities.map(formatEntityMember), (member, text) => {
      gone.delete(member)
      if (text === '') return undefined
      const kept = sort(this.#undone, Undone, [[member, text]]).values.get(member)
      gone.set(member, kept)
      return { member, before: text, after: '', events: [eventOf(member, kept)] }
    })
    return gone
  }

  /**
   * Lets go of all that is kept. Returns how much that was; what stands there and is no hash goes whole, and the
   * history is told nothing: it says of nobody that they were undone.
   */
  async letAllGo(eventOf: (member: string, undone: Undone | undefined) => NewEvent): Promise<number> {
    const members = await this.#redis.hkeys(this.#undone).catch(async (error: unknown) => {
      if (!isWrongType(error)) throw error
      await this.#redis.del(this.#undone)
      return undefined
    })
    if (members === undefined) return 1
    return (await this.letGo(members.map(parseEntityMember), eventOf)).size
  }

  /** Replaces texts in Redis. One that somebody else has changed since it was read is read again, and changed anew. */
  async #each(
    members: readonly string[],
    change: (
      member: string,
      text: string,
      before: Undone | undefined,
    ) => Parameters<typeof replaceTexts>[1][number] | undefined,
  ): Promise<void> {
    let left = [...members]
    while (left.length > 0) {
      const part = left.slice(0, CHUNK)
      const texts = await this.#redis.hmget(this.#undone, ...part)
      const stored = part.flatMap((member, i) => (texts[i] == null ? [] : [[member, texts[i]] as const]))
      const { values } = readUndone(this.#undone, stored)
      const changes = part.flatMap((member, i) => change(member, texts[i] ?? '', values.get(member)) ?? [])
      const done = changes.length === 0 ? [] : await replaceTexts(this.#run, changes)
      left = [...changes.filter((_one, i) => !done[i]).map(({ member }) => member), ...left.slice(CHUNK)]
    }
  }
}

/** As it stands in Redis: what was read is written back letter by letter, for keys come in the order of the text. */
function textOf(undone: Undone | undefined): string {
  return undone === undefined ? '' : JSON.stringify(undone)
}
