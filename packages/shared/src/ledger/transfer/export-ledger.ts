import { createHash } from 'node:crypto'
import { keysOf, timeOf } from '../../account-node.ts'
import type { RedisClient } from '../../redis-client.ts'
import { accountTag } from '../keys.ts'
import { LAYOUT } from '../layout.ts'
import { readServices } from '../services.ts'
import { isOfLedger, type Header, type Part, type Trailer } from './ledger-file.ts'

/** Elements of one key in a line: so that no line is large, however large the key. */
const PART = 1_000

/**
 * An account's ledger as lines of JSON: a header, the keys, and a trailer with their hash. Memory stays flat. What goes
 * with time, as what was set aside, is left out.
 */
export async function* exportLedger(redis: RedisClient, account: string): AsyncGenerator<string, void, undefined> {
  const hash = createHash('sha256')
  let lines = 0
  const line = (value: Header | Part): string => {
    const text = `${JSON.stringify(value)}\n`
    hash.update(text)
    lines += 1
    return text
  }
  const services = await readServices(redis, account)
  const live = services.some(({ isAlive }) => isAlive)
  yield line({ ledgerOf: account, layout: LAYOUT, at: await timeOf(redis, account), live })

  const tag = `${accountTag(account)}:`
  const done = new Set<string>()
  for await (const keys of keysOf(redis, account))
    for (const key of keys) {
      const name = key.slice(tag.length)
      if (done.has(name) || !isOfLedger(name) || (await redis.pttl(key)) >= 0) continue
      done.add(name)
      for await (const part of partsOf(redis, key, name)) yield line(part)
    }
  yield `${JSON.stringify({ lines, sha256: hash.digest('hex') } satisfies Trailer)}\n`
}

async function* partsOf(redis: RedisClient, key: string, name: string): AsyncGenerator<Part, void, undefined> {
  const type = await redis.type(key)
  switch (type) {
    case 'string':
      yield { key: name, type, value: (await redis.get(key)) ?? '' }
      return
    case 'list':
      yield { key: name, type, value: await redis.lrange(key, 0, -1) }
      return
    case 'hash':
      for await (const some of scanned((cursor) => redis.hscan(key, cursor, 'COUNT', PART)))
        yield { key: name, type, value: fieldsOf(some) }
      return
    case 'set':
      for await (const value of scanned((cursor) => redis.sscan(key, cursor, 'COUNT', PART)))
        yield { key: name, type, value }
      return
    case 'zset':
      for await (const value of scanned((cursor) => redis.zscan(key, cursor, 'COUNT', PART)))
        yield { key: name, type, value }
      return
    default:
    // gone meanwhile, or of a type that the ledger does not have
  }
}

async function* scanned(
  scan: (cursor: string) => Promise<[cursor: string, elements: string[]]>,
): AsyncGenerator<string[], void, undefined> {
  let cursor = '0'
  do {
    const [next, elements] = await scan(cursor)
    if (elements.length > 0) yield elements
    cursor = next
  } while (cursor !== '0')
}

function fieldsOf(inTurn: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (let i = 0; i < inTurn.length; i += 2) fields[inTurn[i]!] = inTurn[i + 1]!
  return fields
}
