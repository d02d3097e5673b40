import type { RedisClient } from '../redis-client.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { FIND_ENTITIES } from './lua/find-entities.ts'
import { isWrongType } from './read-stored.ts'
import { runScript } from './script.ts'

/** Entities in one call, which holds Redis for some 2 ms. */
const PAGE = 1_000

/** Ids of those whom only a part of the text fits that are kept: nobody reads a longer list. */
const MOST_PARTS = 100

/** Ids of the entities that are known by a text. */
export interface FoundEntities {
  /** Whose address, name or first part of the DN it is. */
  readonly whole: readonly string[]
  /** In one of which it stands somewhere: a hundred at most. */
  readonly part: readonly string[]
}

/**
 * Looks for users or groups by what people call them: also those whom the directory has no more. There is no index for
 * that: Redis goes through all of them, in a quarter to half a second for 100,000 that are at rest. Case makes no
 * difference; beyond ASCII as far as it is written in lower or upper case, or with capitals.
 */
export async function findEntities(
  redis: RedisClient,
  name: ConnectionName,
  kind: 'user' | 'group',
  text: string,
): Promise<FoundEntities> {
  const keys = connectionKeys(name)
  const wanted = text.toLowerCase()
  const { texts, wholes } = spellingsOf(text)
  const asked = [texts, wholes, shortPartsOf(texts)].map((some) => JSON.stringify(some))
  const whole = new Set<string>()
  const part = new Set<string>()
  const note = (id: string, values: Values) => {
    if (isWhole(values, wanted)) whole.add(id)
    else if (part.size < MOST_PARTS && hasPart(values, wanted)) part.add(id)
  }
  const page = async (cursor: string, most: number) => {
    const given = [cursor, String(PAGE), ...asked, String(most)]
    const answer = runScript(redis, FIND_ENTITIES, [keys.prefix, keys.listOf(kind)], given)
    const [next, some, isCut] = (await answer.catch(unlessWrongType)) as [string, string[], 0 | 1]
    const others: string[] = []
    for (let i = 0; i < some.length; i += 2) {
      const [id, packed] = [some[i]!, some[i + 1]!]
      if (packed === '') others.push(id)
      else note(id, valuesIn(packed))
    }
    for (const [id, values] of await ofTheirOwn(redis, keys, kind, others)) note(id, values)
    return { next, isCut: isCut === 1 }
  }
  for (let cursor = '0'; ;) {
    const { next, isCut } = await page(cursor, MOST_PARTS - part.size)
    // a word of the texts themselves, which all of them have
    if (isCut && part.size < MOST_PARTS) await page(cursor, Infinity)
    if (next === '0') break
    cursor = next
  }
  return { whole: [...whole], part: [...part] }
}

/** What may come behind a whole value, in JSON and in a DN. */
const ENDS = ['"', ',', '+']

/**
 * What the script looks for: the longest part of a text that is written in one way whatever escapes the rest, DNs or
 * JSON; and that with what comes behind it where it is the end of a whole value. Whether it was is decided here.
 */
function spellingsOf(text: string): { texts: string[]; wholes: string[] } {
  const runs = text.match(/[^,+<>;"#=\\]+/g) ?? ['']
  const run = runs.reduce((longest, one) => (one.length > longest.length ? one : longest))
  const lower = run.toLowerCase()
  const capitals = lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())
  const ascii = (one: string) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const texts = [...new Set([run, lower, run.toUpperCase(), capitals].map(ascii))]
  return { texts, wholes: text.endsWith(run) ? texts.flatMap((one) => ENDS.map((end) => one + end)) : texts }
}

/** Letters of a part that is looked for as it may be written, before all is brought to lower case, which costs more. */
const MOST_LETTERS = 2
const PART_LENGTH = 3

/**
 * All ways to write a short part of the texts in upper and lower case. A user whose values have none of them has none
 * of the texts either. Empty where there would be too many ways.
 */
function shortPartsOf([text = '']: readonly string[]): string[] {
  const lettersIn = (part: string) => part.match(/[a-z]/g)?.length ?? 0
  const parts = Array.from({ length: Math.max(0, text.length - PART_LENGTH + 1) }, (_, at) =>
    text.slice(at, at + PART_LENGTH),
  )
  const [best] = parts
    .filter((part) => /^[\x20-\x7e]+$/.test(part) && lettersIn(part) <= MOST_LETTERS)
    .toSorted((a, b) => lettersIn(a) - lettersIn(b))
  if (best === undefined) return []
  let ways = ['']
  for (const letter of best) {
    const both = new Set([letter, letter.toUpperCase()])
    ways = ways.flatMap((way) => [...both].map((one) => way + one))
  }
  return ways
}

/** What people call an entity, in lower case; `dn` is the value of its first part. */
interface Values {
  readonly names: readonly string[]
  readonly dn: string
}

/** A value by which an entity is known; the first of each name counts, for user fields stand behind all others. */
const NAMED = /"(dn|label|email|name)":("(?:[^"\\]|\\.)*")/g

function valuesIn(packed: string): Values {
  const found = new Map<string, string>()
  for (const [, name, value] of packed.matchAll(NAMED)) if (!found.has(name!)) found.set(name!, unquoted(value!))
  const { dn = '', ...names } = Object.fromEntries(found)
  return valuesOf(dn, Object.values(names))
}

function valuesOf(dn: string, names: readonly string[]): Values {
  const [first = ''] = /^(?:[^,+\\]|\\.)*/.exec(dn) ?? []
  const escaped = first.slice(first.indexOf('=') + 1)
  const value = escaped
    .replace(/\\([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\(.)/g, '$1')
  return { dn: value.toLowerCase(), names: names.map((one) => one.toLowerCase()) }
}

function unquoted(json: string): string {
  try {
    return String(JSON.parse(json))
  } catch {
    return json
  }
}

function isWhole({ names, dn }: Values, wanted: string): boolean {
  return dn === wanted || names.includes(wanted)
}

function hasPart({ names, dn }: Values, wanted: string): boolean {
  return dn.includes(wanted) || names.some((one) => one.includes(wanted))
}

/** The values of entities that are not at rest. One that can't be read has none. */
async function ofTheirOwn(
  redis: RedisClient,
  keys: ReturnType<typeof connectionKeys>,
  kind: 'user' | 'group',
  ids: readonly string[],
): Promise<[id: string, values: Values][]> {
  if (ids.length === 0) return []
  const asked = ids.map((id) => ['hmget', keys.entity(kind, id), 'dn', 'label', 'applied', 'desired'])
  const answers = (await redis.pipeline(asked).exec()) ?? []
  return ids.map((id, i) => {
    const [error, found] = answers[i] ?? []
    if (error && !isWrongType(error)) throw error
    const [dn, label, applied, desired] = (found ?? []) as (string | null)[]
    const { names } = valuesIn(applied ?? desired ?? '')
    return [id, valuesOf(dn ?? '', [label ?? '', ...names])]
  })
}

/** What lists the entities may be of the wrong type, until a cycle mends it: then it lists nobody. */
function unlessWrongType(error: unknown): [string, string[], 0] {
  if (!isWrongType(error)) throw error
  return ['0', [], 0]
}
