import { runScript } from './ledger/script.ts'
import { accountKeys, accountTag } from './ledger/keys.ts'
import type { RedisClient } from './redis-client.ts'

/**
 * Asks the server that has an account's keys, by a script: a client of a cluster sends commands without a key to any
 * node.
 */
function ask(redis: RedisClient, account: string, command: string, ...args: string[]): Promise<unknown> {
  return runScript(redis, 'return redis.call(unpack(ARGV))', [accountKeys(account).layout], [command, ...args])
}

/** The clock of the server that has an account's keys, ms since the epoch. */
export async function timeOf(redis: RedisClient, account: string): Promise<number> {
  const [seconds, micros] = (await ask(redis, account, 'TIME')) as [string, string]
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

/** What the server that has an account's keys answers to INFO; empty where a hosted Redis does not tell. */
export async function infoOf(redis: RedisClient, account: string, ...sections: string[]): Promise<string> {
  return String(await ask(redis, account, 'INFO', ...sections))
}

/** Keys that Redis looks at in one step. */
const SCANNED = 500

/**
 * The keys of an account that match a pattern behind its tag and a colon, some at a time and some perhaps twice. What
 * is added or removed meanwhile may be missed.
 */
export async function* keysOf(
  redis: RedisClient,
  account: string,
  pattern = '*',
): AsyncGenerator<string[], void, undefined> {
  const match = `${accountTag(account)}:${pattern}`
  let cursor = '0'
  do {
    const answer = await ask(redis, account, 'SCAN', cursor, 'MATCH', match, 'COUNT', String(SCANNED))
    const [next, keys] = answer as [string, string[]]
    if (keys.length > 0) yield keys
    cursor = next
  } while (cursor !== '0')
}
