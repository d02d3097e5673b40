import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisClient } from '../redis-client.ts'
import { z } from 'zod'
import type { PrintsByAccount } from '../config/config-print.ts'
import type { Logger } from '../logger.ts'
import { timeOf } from '../account-node.ts'
import { accountKeys } from './keys.ts'
import { BEAT } from './lua/services.ts'
import { readHash } from './read-stored.ts'
import { runScript } from './script.ts'

/** How often a service says that it lives, ms. */
const BEAT_MS = 4_000

/** A service that has not said so for this long is taken for dead, ms: three beats, and a little. */
export const SILENT_MS = 15_000

/** How long services that are gone are remembered, ms: what is said of the last one that was there. */
const REMEMBERED_MS = 7 * 24 * 3_600_000

/** A producer or worker. */
export const RunningService = z.object({
  role: z.enum(['producer', 'worker']),
  /** Its host, its process, and a part that is never the same. */
  name: z.string(),
  /** Ids of its connections, each with the fingerprint of the configuration that it has (`configPrint`). */
  connections: z.record(z.string(), z.string()),
})
export type RunningService = Readonly<z.infer<typeof RunningService>>

/** A service as it is stored; the times are milliseconds since the epoch, by Redis. */
export const StoredService = RunningService.extend({ startedAt: z.number(), seenAt: z.number(), stopped: z.boolean() })

/** A service as others see it. */
export interface SeenService extends RunningService {
  /** Milliseconds since the epoch, by Redis. */
  readonly startedAt: number
  readonly seenAt: number
  readonly isAlive: boolean
}

/** A name for this process that no other one has. */
export function serviceName(): string {
  return `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
}

/**
 * Says in Redis that a service lives, to each account that it works for, until disposed. Resolves when it was said for
 * the first time.
 *
 * @param connections by account and id, each with the fingerprint of the configuration that the service has
 */
export async function announce(
  redis: RedisClient,
  { role, name, connections }: Omit<RunningService, 'connections'> & { connections: PrintsByAccount },
  log: Logger,
): Promise<AsyncDisposable> {
  const stopping = new AbortController()
  const sayTo = (account: string, service: RunningService, stops: boolean) =>
    runScript(
      redis,
      BEAT,
      [accountKeys(account).services],
      [`${role}|${name}`, JSON.stringify(service), stops ? '1' : '0', String(REMEMBERED_MS)],
    ).catch((error: unknown) => log.debug({ err: error }, 'Heartbeat not written'))
  const say = (stops: boolean) =>
    Promise.all([...connections].map(([account, prints]) => sayTo(account, { role, name, connections: prints }, stops)))
  await say(false)
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(BEAT_MS, undefined, { signal: stopping.signal }).catch(() => {})
      // One that is away would be waited for, and a stop would wait with it.
      if (!stopping.signal.aborted && redis.status === 'ready') await say(false)
    }
  })()
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      if (redis.status !== 'ready') return
      await ended
      await say(true)
    },
  }
}

/** An account's producers and workers that were there in the last days, the newest first. */
export async function readServices(redis: RedisClient, account: string): Promise<SeenService[]> {
  const [{ values }, now] = await Promise.all([
    readHash(redis, accountKeys(account).services, StoredService),
    timeOf(redis, account),
  ])
  return [...values.values()]
    .map(({ stopped, ...service }) => ({ ...service, isAlive: !stopped && service.seenAt > now - SILENT_MS }))
    .toSorted((a, b) => b.seenAt - a.seenAt)
}
