import { expect, it } from 'vitest'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { noteLayout } from '@provisioner/shared/ledger/layout.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { noteMemory, readMemorySamples } from '@provisioner/shared/redis-growth.ts'
import { watchRedisMemory } from '@provisioner/shared/redis-memory.ts'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

const HOUR_MS = 3_600_000
const NAME = { account: 'acme', connection: 'staff' }
const { memory } = accountKeys('acme')

it('what Redis uses is remembered once an hour, for a day', async () => {
  await using server = await openRedis()
  await noteLayout(server.redis, 'acme')
  const at = (hour: number, used: number) => noteMemory(server.redis, 'acme', `used_memory:${used}`, hour * HOUR_MS)
  for (const [hour, used] of [
    [100, 1],
    [100, 2],
    [101, 3],
    [125, 4],
    [126, 5],
  ] as const)
    await at(hour, used)

  expect(await readMemorySamples(server.redis, 'acme')).toEqual(
    new Map([
      [101, 3],
      [125, 4],
      [126, 5],
    ]),
  )
})

it('a Redis that has no ledger of ours is not written to', async () => {
  await using server = await openRedis()
  await noteMemory(server.redis, 'acme', 'used_memory:1', HOUR_MS)

  expect(await server.redis.dbsize()).toBe(0)
})

it('a key of the wrong type is as none', async () => {
  await using server = await openRedis()
  await server.redis.set(memory, 'garbage')

  expect(await readMemorySamples(server.redis, 'acme')).toEqual(new Map())
})

it('a Redis that grows towards its limit is told by the log, once, and by the status', async () => {
  await using server = await openRedis()
  const { redis } = server
  await redis.config('SET', 'maxmemory', '8mb')
  await noteLayout(redis, 'acme')
  const hour = Math.floor(Date.now() / HOUR_MS)
  await redis.hset(memory, String(hour - 23), '1', String(hour - 6), '1')
  const lines: LogLine[] = []
  const log = createLogger({ name: 'test', level: 'warn', destination: recordingDestination(lines) })
  using _watched = watchRedisMemory(redis, { accounts: ['acme'], log })
  await until(
    async () => lines.length > 0,
    10_000,
    () => 'nothing is told',
  )

  const { troubles } = await readHealth(redis, NAME)
  const told = troubles.find(({ code }) => code === 'REDIS_FILLS')

  expect(lines).toMatchObject([{ msg: 'Redis is filling up', reason: expect.stringContaining('it is full on') }])
  expect(told).toMatchObject({ level: 'degraded', what: expect.stringContaining('of its maxmemory 8.0 MB') })
  expect(await redis.hkeys(memory)).toHaveLength(3)
})
