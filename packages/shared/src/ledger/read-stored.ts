import type { RedisClient } from '../redis-client.ts'
import type { z } from 'zod'

/** Where a value of the ledger stands in Redis: a key, and in a hash the field, in a list the position. */
export interface Place {
  readonly key: string
  readonly field?: string
}

/** What stands in a place where something else belongs, so that nobody can read it. */
export interface Unreadable extends Place {
  /** What is wrong with it, as the end of a sentence: `is no JSON`. */
  readonly why: string
}

/** What was read from one key: the values by field or position, and what is left out of them. */
export interface StoredValues<T> {
  readonly values: ReadonlyMap<string, T>
  readonly unreadable: readonly Unreadable[]
}

type Stored<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'unreadable'; readonly why: string }

/**
 * Reads a value that was stored as JSON, or as a plain word. What Redis holds is input like any other: somebody may
 * have edited it, or another version have written it. The value is given as it was stored, with what the schema does
 * not name.
 */
function readStored<T>(schema: z.ZodType<T>, text: string): Stored<T> {
  const json = parse(text)
  const { success, error } = schema.safeParse(json ?? text)
  if (success) return { kind: 'value', value: (json ?? text) as T }
  const [issue] = error.issues
  const path = issue?.path.length ? ` (${issue.path.join('.')})` : ''
  return { kind: 'unreadable', why: `is not what belongs there${json === undefined ? ' (no JSON)' : path}` }
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a hash whose fields are JSON. */
export async function readHash<T>(redis: RedisClient, key: string, schema: z.ZodType<T>): Promise<StoredValues<T>> {
  return await reading(redis, key, 'hash', async () => sort(key, schema, Object.entries(await redis.hgetall(key))))
}

/** Fields in one call. */
const PAGE = 1_000

/**
 * Reads those fields of a hash that are wanted, by field and text, as they come by: nothing of the others is kept.
 * `match` is a pattern of Redis's for their names. What nobody can read is left out.
 */
export async function readSome<T>(
  redis: RedisClient,
  key: string,
  schema: z.ZodType<T>,
  { match = '*', isWanted }: { match?: string; isWanted: (field: string, text: string) => boolean },
): Promise<Map<string, T>> {
  const { values } = await reading(redis, key, 'hash', async () => {
    const found = new Map<string, string>()
    let cursor = '0'
    do {
      const [next, part] = await redis.hscan(key, cursor, 'MATCH', match, 'COUNT', PAGE)
      cursor = next
      for (let i = 0; i < part.length; i += 2) if (isWanted(part[i]!, part[i + 1]!)) found.set(part[i]!, part[i + 1]!)
    } while (cursor !== '0')
    return sort(key, schema, [...found])
  })
  return new Map(values)
}

/** Reads some fields of a hash, each with a schema of its own; one that is not there is left out. */
export async function readFields<S extends Readonly<Record<string, z.ZodType>>>(
  redis: RedisClient,
  key: string,
  schemas: S,
) {
  const names = Object.keys(schemas)
  const { values, unreadable } = await reading(redis, key, 'hash', async () => {
    const texts = await redis.hmget(key, ...names)
    const each = names.map((name, i) => sort<unknown>(key, schemas[name]!, texts[i] == null ? [] : [[name, texts[i]]]))
    return {
      values: new Map(each.flatMap(({ values }) => [...values])),
      unreadable: each.flatMap(({ unreadable }) => unreadable),
    }
  })
  return { values: Object.fromEntries(values) as { [name in keyof S]?: z.infer<S[name]> }, unreadable }
}

/** Reads a list whose items are JSON, by their positions. */
export async function readList<T>(redis: RedisClient, key: string, schema: z.ZodType<T>): Promise<StoredValues<T>> {
  return await reading(redis, key, 'list', async () =>
    sort(key, schema, Object.entries(await redis.lrange(key, 0, -1))),
  )
}

/** Reads a string that is JSON, as the value of the field `''`. */
export async function readString<T>(redis: RedisClient, key: string, schema: z.ZodType<T>): Promise<StoredValues<T>> {
  return await reading(redis, key, 'string', async () => {
    const text = await redis.get(key)
    const { values, unreadable } = sort(key, schema, text === null ? [] : [['', text]])
    return { values, unreadable: unreadable.map(({ key, why }) => ({ key, why })) }
  })
}

/** Tells apart what can be read of a key's fields, and what can't. */
export function sort<T>(
  key: string,
  schema: z.ZodType<T>,
  texts: readonly (readonly [field: string, text: string])[],
): StoredValues<T> {
  const values = new Map<string, T>()
  const unreadable: Unreadable[] = []
  for (const [field, text] of texts) {
    const stored = readStored(schema, text)
    if (stored.kind === 'value') values.set(field, stored.value)
    else unreadable.push({ key, field, why: stored.why })
  }
  return { values, unreadable }
}

/** Reads a key; one that holds something of another type as a whole, which Redis refuses to read, has no values. */
export async function reading<T>(
  redis: RedisClient,
  key: string,
  expected: string,
  read: () => Promise<StoredValues<T>>,
): Promise<StoredValues<T>> {
  try {
    return await read()
  } catch (error) {
    if (!isWrongType(error)) throw error
    return { values: new Map(), unreadable: [{ key, why: `is a ${await redis.type(key)}, and no ${expected}` }] }
  }
}

/** Whether Redis refused a command because a key holds something of another type. It does not say which key. */
export function isWrongType(error: unknown): boolean {
  return error instanceof Error && /\bWRONGTYPE\b/.test(error.message)
}
