import { runScript } from './ledger/script.ts'
import { accountKeys } from './ledger/keys.ts'
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

/** A part of an account's keys that match a pattern: the next cursor, `0` at the end, and the keys. */
export async function scanOf(
  redis: RedisClient,
  account: string,
  { cursor, match, count }: { cursor: string; match: string; count: number },
): Promise<[cursor: string, keys: string[]]> {
  return (await ask(redis, account, 'SCAN', cursor, 'MATCH', match, 'COUNT', String(count))) as [string, string[]]
}
