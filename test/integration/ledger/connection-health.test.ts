import { expect, it } from 'vitest'
import { readHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

it.each([
  ['staff.users.remove:meta', 'degraded'],
  ['staff.groups:wait', 'degraded'],
  ['staff.cycle:meta', 'stopped'],
])('a connection whose %s is of the wrong type is %s, and the key is named', async (name, level) => {
  await using server = await openRedis()
  const key = `{zp:acme}:${name}`
  await server.redis.set(key, 'garbage')

  const { troubles } = await readHealth(server.redis, STAFF)

  expect(troubles.filter(({ code }) => code === 'QUEUE_UNREADABLE')).toMatchObject([
    { level, what: expect.stringContaining(`In Redis ${key} is a string`) as string },
  ])
})
