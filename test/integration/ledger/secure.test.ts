import { expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'user', id: 'u1' }
const outstanding: OutstandingWrite = {
  id: 'w1.b1',
  connection,
  worker: 'w1',
  call: 'users create',
  at: 0,
  slot: null,
  items: [],
}

it('a bulk write that is made durable twice, since the answer was lost, is held both times, and freed at once by its id', async () => {
  await using redis = await openRedis()
  const writes = new WriteLedger(redis.redis, { connection, account })
  const cycle = await CycleLedger.begin(redis.redis, connection, account)
  const desired = { presence: 'active', attributes: {}, createOnly: [], tagsMode: 'merge' } as const
  const about = { kind: 'user', id: 'u1', dn: 'uid=u1', label: 'u1', changed: [], operation: 'create user' } as const
  await cycle.release([{ ...about, desired }])
  await writes.open([{ ref }], 'w1.lease', 60_000)

  const first = await writes.secure([ref], 'w1.lease', 500, { outstanding })
  const again = await writes.secure([ref], 'w1.lease', 500, { outstanding })
  const [closed] = await writes.open([{ ref }], 'w2.lease', 60_000)
  await writes.letGo([ref], outstanding.id, { dropOutstanding: true })
  const [open] = await writes.open([{ ref }], 'w2.lease', 60_000)

  expect([first, again]).toEqual([[true], [true]])
  expect([closed?.status, open?.status]).toEqual(['outstanding', 'open'])
})
