import { expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
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

function creationOf(id: string): Release {
  const desired = { presence: 'active', attributes: {}, createOnly: [], tagsMode: 'merge' } as const
  return { kind: 'user', id, dn: `uid=${id}`, label: id, changed: [], operation: 'create user', desired }
}

it('a bulk write that is made durable twice, since the answer was lost, is held both times, and freed at once by its id', async () => {
  await using redis = await openRedis()
  const writes = new WriteLedger(redis.redis, { connection, account })
  const cycle = await CycleLedger.begin(redis.redis, { account, connection })
  await cycle.release([creationOf('u1')])
  await writes.open([{ ref }], 'w1.lease', 60_000)

  const first = await writes.secure([ref], 'w1.lease', 500, { outstanding })
  const again = await writes.secure([ref], 'w1.lease', 500, { outstanding })
  const [closed] = await writes.open([{ ref }], 'w2.lease', 60_000)
  await writes.giveBack([ref], outstanding.id, { dropOutstanding: true })
  const [open] = await writes.open([{ ref }], 'w2.lease', 60_000)

  expect([first, again]).toEqual([[true], [true]])
  expect([closed?.status, open?.status]).toEqual(['outstanding', 'open'])
})

it('of single creations, only those whose leases hold are marked as sent', async () => {
  await using redis = await openRedis()
  const writes = new WriteLedger(redis.redis, { connection, account })
  const cycle = await CycleLedger.begin(redis.redis, { account, connection })
  await cycle.release([creationOf('u1'), creationOf('u2')])
  const refs = [ref, { ...ref, id: 'u2' }]
  await writes.open(
    refs.slice(0, 1).map((one) => ({ ref: one })),
    'w1.lease',
    60_000,
  )

  const held = await writes.secure(refs, 'w1.lease', 500, {
    creations: refs.map(({ id }) => ({ name: id, externalId: id })),
  })
  const { entity } = connectionKeys({ account, connection })
  const marked = await Promise.all(refs.map(({ id }) => redis.redis.hexists(entity('user', id), 'creationSent')))

  expect([held, marked]).toEqual([
    [true, false],
    [1, 0],
  ])
})
