import { expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'user', id: 'u1' }
const seen = { presence: 'suspended', attributes: { name: 'Ada' } } as const
const link = {
  ref,
  revision: 1,
  applied: seen,
  zendeskId: 7,
  origin: 'adopted',
  suspendedByUs: false,
  linkOnly: true,
} as const

it('what was only read in Zendesk is recorded by whoever holds the entity, and by nobody else', async () => {
  await using server = await openRedis()
  const writes = new WriteLedger(server.redis, { connection, account })
  const cycle = await CycleLedger.begin(server.redis, connection, account)
  const desired = { ...seen, createOnly: [], tagsMode: 'merge' } as const
  const about = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada', changed: ['suspended'] } as const
  const [released] = await cycle.release([{ ...about, operation: 'suspend user', desired }])
  await writes.open([{ ref }], 'lease', 60_000)
  const written = {
    ...link,
    revision: released!.revision,
    origin: 'created',
    suspendedByUs: true,
    linkOnly: false,
  } as const
  await writes.record([written], 'lease')
  const key = connectionKeys(connection).entity('user', 'u1')
  const before = await server.redis.hgetall(key)

  const late = await writes.record([link], 'an-older-lease')
  const after = await server.redis.hgetall(key)
  await server.redis.hset(key, 'wr', 'a-bulk-write')
  const held = await writes.record([link], 'a-bulk-write')

  expect(before).toMatchObject({ sus: '1', origin: 'created' })
  expect([late.answers, after]).toEqual([['stale'], before])
  expect(held.answers).toEqual(['applied'])
})
