import { createHash } from 'node:crypto'
import type { RedisClient } from '../../redis-client.ts'
import { accountKeys, accountTag } from '../keys.ts'
import { IMPORTING, LAYOUT } from '../layout.ts'
import { Header, LedgerFileError, Part, Trailer } from './ledger-file.ts'

/** Lines in one round trip. */
const AT_ONCE = 200

const EMPTY_FIRST = "empty it first: 'provisioner ledger rebuild' with the same --config"

/** What an import did. */
export interface Imported {
  readonly header: Header
  readonly keys: number
}

/**
 * Reads a file of `exportLedger` to its end without writing anything. @throws LedgerFileError for one that was broken
 * off or changed, or is of another layout
 */
export async function checkLedgerFile(lines: AsyncIterable<string>): Promise<{ header: Header; lines: number }> {
  const hash = createHash('sha256')
  let [header, trailer, count]: [Header | undefined, Trailer | undefined, number] = [undefined, undefined, 0]
  for await (const line of lines) {
    if (trailer) throw new LedgerFileError(`Line ${count + 2}: nothing may come after the line with the hash`)
    const end = count > 0 ? Trailer.safeParse(parse(line, count + 1)) : undefined
    if (end?.success) {
      trailer = end.data
      continue
    }
    header ??= headerOf(line)
    hash.update(`${line}\n`)
    count += 1
  }
  if (!header || !trailer)
    throw new LedgerFileError('The file ends before its last line: the export was broken off. Export it again')
  if (trailer.lines !== count || trailer.sha256 !== hash.digest('hex'))
    throw new LedgerFileError('The file is not as it was exported: its hash is another one. Export it again')
  return { header, lines: count }
}

/**
 * Writes a checked file into an account of a Redis that has no ledger of it. Until all is there the account's layout
 * says so, and nobody works with it; an import that was broken off goes on from where it was, with the same file.
 *
 * @throws LedgerFileError where there is a ledger already
 */
export async function importLedger(
  redis: RedisClient,
  account: string,
  lines: AsyncIterable<string>,
  header: Header,
): Promise<Imported> {
  const keys = accountKeys(account)
  const begun = await redis.get(keys.layout)
  const mark = `${IMPORTING}${header.ledgerOf} ${header.at} `
  if (begun !== null && !begun.startsWith(mark))
    throw new LedgerFileError(
      begun.startsWith(IMPORTING)
        ? `Redis has a part of another ledger of account '${account}'; ${EMPTY_FIRST}`
        : `Redis has a ledger of account '${account}' already; ${EMPTY_FIRST}`,
    )
  const from = begun === null ? 1 : Number(begun.slice(mark.length))
  if (begun === null) await redis.set(keys.layout, `${mark}1`)
  const seen = new Set<string>()
  let [at, part]: [number, Part[]] = [0, []]
  const write = async () => {
    await writeParts(redis, account, part)
    await redis.set(keys.layout, `${mark}${at}`)
    part = []
  }
  for await (const line of lines) {
    at += 1
    if (at === 1 || Trailer.safeParse(parse(line, at)).success) continue
    const one = partOf(line, at)
    seen.add(one.key)
    if (at <= from) continue
    part.push(one)
    if (part.length === AT_ONCE) await write()
  }
  await write()
  await redis.set(keys.layout, LAYOUT)
  return { header, keys: seen.size }
}

async function writeParts(redis: RedisClient, account: string, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return
  const pipeline = redis.pipeline()
  for (const part of parts) {
    const key = `${accountTag(account)}:${part.key}`
    switch (part.type) {
      case 'string':
        pipeline.set(key, part.value)
        break
      case 'hash':
        pipeline.hset(key, part.value)
        break
      case 'set':
        pipeline.sadd(key, ...part.value)
        break
      case 'zset':
        pipeline.zadd(key, ...part.value.map((_one, i, all) => (i % 2 === 0 ? all[i + 1]! : all[i - 1]!)))
        break
      case 'list':
        // said twice, it is still the same list
        pipeline.del(key).rpush(key, ...part.value)
        break
      default:
        throw new TypeError(`No way to write ${JSON.stringify(part satisfies never)}`)
    }
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

function headerOf(line: string): Header {
  const header = Header.safeParse(parse(line, 1))
  if (!header.success) throw new LedgerFileError("Line 1 is not the beginning of a ledger that 'ledger export' wrote")
  if (header.data.layout === LAYOUT) return header.data
  throw new LedgerFileError(
    `The file has a ledger of layout ${header.data.layout}, and this version knows layout ${LAYOUT}: export it with this version, or let 'provisioner ledger rebuild' build it anew`,
  )
}

function partOf(line: string, at: number): Part {
  const part = Part.safeParse(parse(line, at))
  if (!part.success) throw new LedgerFileError(`Line ${at} is no part of a ledger`)
  return part.data
}

function parse(line: string, at: number): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    throw new LedgerFileError(`Line ${at} is no JSON`)
  }
}
