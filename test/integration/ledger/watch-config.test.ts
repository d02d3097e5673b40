import { expect, it } from 'vitest'
import { watchConfig } from '@provisioner/producer/cycle/watch-config.ts'
import { declareConfig } from '@provisioner/shared/ledger/newest-config.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

it('a producer whose configuration is the newest again goes on, though Redis refused its first try', async () => {
  await using server = await openRedis()
  const producer = { name: 'a', file: 'one:/etc/provisioner.yaml', print: 'old' }
  const other = { name: 'b', file: 'two:/etc/provisioner.yaml' }
  await declareConfig(server.redis, STAFF, producer)
  await declareConfig(server.redis, STAFF, { ...other, print: 'new' })
  let tries = 0
  using watch = watchConfig({
    redis: server.redis,
    connection: STAFF,
    producer,
    isNewest: true,
    halt: async () => {},
    goOn: async () => {
      if (++tries === 1) throw new Error('OOM command not allowed')
    },
    log: createLogger({ name: 'test', level: 'silent' }),
  })
  await watch.look()
  const halted = !watch.isNewest
  await declareConfig(server.redis, STAFF, { ...other, print: 'old' })

  await expect(watch.look()).rejects.toThrow('OOM')
  await watch.look()
  expect([halted, watch.isNewest, tries]).toEqual([true, true, 2])
})
