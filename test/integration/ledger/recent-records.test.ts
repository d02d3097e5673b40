import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'group', id: 'g1' }

it('what was recorded in the second that Redis lost is recorded again as soon as Redis is back', async () => {
  await using server = await openRedis()
  const worker = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  const key = connectionKeys(connection).entity('group', 'g1')
  try {
    const writes = new WriteLedger(worker, { connection, account })
    const cycle = await CycleLedger.begin(server.redis, connection, account)
    const desired = { presence: 'active', name: 'Support' } as const
    const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const
    const [released] = await cycle.release([{ ...about, operation: 'create group', desired }])
    await writes.open([{ ref }], 'lease', 60_000)
    const before = await server.redis.hgetall(key)
    await writes.record(
      [
        {
          ref,
          revision: released!.revision,
          applied: desired,
          zendeskId: 7,
          origin: 'created',
          suspendedByUs: false,
        },
      ],
      'lease',
    )
    const recorded = await server.redis.hgetall(key)

    await server.redis.del(key)
    await server.redis.hset(key, before)
    worker.disconnect(true)
    const zendeskId = () => server.redis.hget(key, 'zid')
    await until(
      async () => (await zendeskId()) !== null,
      5_000,
      () => 'the record is still lost',
    )

    expect(recorded).toMatchObject({ zid: '7', origin: 'created' })
    expect(await server.redis.hgetall(key)).toEqual(recorded)
  } finally {
    worker.disconnect()
  }
})
