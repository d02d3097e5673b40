import { hash } from 'node:crypto'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { runScript } from '@provisioner/shared/ledger/script.ts'
import type { StreamEntry } from '../events/event-id.ts'

/** So many entries are taken at once. */
const AT_ONCE = 500

/** An entry as it was read. */
export interface ReadEntry extends StreamEntry {
  /** Of all its fields, each on a line. */
  readonly sha1: string
}

/** The oldest entries of an account's stream, in their order. */
export async function oldestOf(redis: RedisClient, account: string): Promise<ReadEntry[]> {
  const entries = await redis.xrange(accountKeys(account).history, '-', '+', 'COUNT', AT_ONCE)
  return entries.map(([id, fields]) => ({
    id,
    text: fields[0] === 'event' ? (fields[1] ?? '') : '',
    sha1: hash('sha1', fields.join('\n')),
  }))
}

/**
 * Forgets entries that read as they were read. A Redis that another one has replaced meanwhile may have given an id to
 * something else, which stays.
 *
 * KEYS[1] the stream   ARGV: pairs of an id, and the SHA-1 of its fields, each on a line
 */
const FORGET = `
for i = 1, #ARGV, 2 do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if entry and redis.sha1hex(table.concat(entry[2], '\\n')) == ARGV[i + 1] then redis.call('XDEL', KEYS[1], ARGV[i]) end
end
return 1
`

/** Forgets entries of an account's stream, unless there is something else by now under their ids. */
export async function forget(redis: RedisClient, account: string, entries: readonly ReadEntry[]): Promise<void> {
  const args = entries.flatMap(({ id, sha1 }) => [id, sha1])
  await runScript(redis, FORGET, [accountKeys(account).history], args)
}

/** Forgets all of them, where nobody wants to have them. */
export async function forgetAll(redis: RedisClient, account: string): Promise<void> {
  await redis.xtrim(accountKeys(account).history, 'MAXLEN', 0)
}

/** How many events were dropped since the stream was too long. */
export async function droppedOf(redis: RedisClient, account: string): Promise<number> {
  return Number(await redis.get(accountKeys(account).historyLost)) || 0
}

/** Counts anew what was dropped, once it is noted. */
export async function forgetDropped(redis: RedisClient, account: string, noted: number): Promise<void> {
  await redis.decrby(accountKeys(account).historyLost, noted)
}
