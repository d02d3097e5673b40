import type { RedisClient } from '../redis-client.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { FIND_ENTITIES } from './lua/find-entities.ts'
import { isWrongType } from './read-stored.ts'
import { runScript } from './script.ts'

/** Entities in one call, which holds Redis for some 3 ms. */
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
 * Looks for users or groups by what people call them: also those whom the directory has no more. It takes a second per
 * half a million. Case makes no difference; beyond ASCII as far as a text is in lower or upper case, or begins with a
 * capital.
 */
export async function findEntities(
  redis: RedisClient,
  name: ConnectionName,
  kind: 'user' | 'group',
  text: string,
): Promise<FoundEntities> {
  const keys = connectionKeys(name)
  const texts = JSON.stringify(spellingsOf(text))
  const whole = new Set<string>()
  const part = new Set<string>()
  let cursor = '0'
  do {
    const args = [kind, cursor, String(PAGE), texts]
    const answer = runScript(redis, FIND_ENTITIES, [keys.prefix, keys.listOf(kind)], args)
    const [next, some, others] = (await answer.catch(unlessWrongType)) as [string, string[], string[]]
    cursor = next
    for (const id of some) whole.add(id)
    for (const id of others) if (part.size < MOST_PARTS) part.add(id)
  } while (cursor !== '0')
  return { whole: [...whole], part: [...part] }
}

/** Lua's lower case is ASCII's alone, and what JSON escapes counts without its escapes. */
function spellingsOf(text: string): string[] {
  const lower = text.toLowerCase()
  const capitals = lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())
  const ascii = (one: string) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replaceAll('\\', '')
  return [...new Set([text, lower, text.toUpperCase(), capitals].map(ascii))]
}

/** What lists the entities may be of the wrong type, until a cycle mends it: then it lists nobody. */
function unlessWrongType(error: unknown): [string, string[], string[]] {
  if (!isWrongType(error)) throw error
  return ['0', [], []]
}
