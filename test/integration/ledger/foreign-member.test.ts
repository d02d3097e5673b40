import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { membershipId, unownedUser } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'

it('a member whom another connection has is added once the group is linked, by the id that stands for them', async () => {
  await using server = await startRedis()
  const redis = new Redis(server.url)
  const name = { account: 'acme', connection: 'staff' }
  const writes = new WriteLedger(redis, name)
  const id = membershipId('g1', unownedUser(4711))
  const about = { dn: 'cn=team', label: 'team', changed: [] }
  const cycle = await CycleLedger.begin(redis, name)
  const [g, m] = await cycle.release([
    { ...about, kind: 'group', id: 'g1', operation: 'create group', desired: { presence: 'active', name: 'team' } },
    { ...about, kind: 'membership', id, operation: 'add member', desired: { presence: 'active' } },
  ])
  const group = { connection: 'staff', kind: 'group', id: 'g1' } as const
  const made = { zendeskId: 8, origin: 'created', suspendedByUs: false } as const
  const ref = { connection: 'staff', kind: 'membership', id } as const

  const [before] = await writes.open([{ ref }], 'w', 60_000)
  const { ready } = await writes.record(
    [{ ...made, ref: group, revision: g!.revision, applied: { presence: 'active', name: 'team' } }],
    'a',
  )
  const [after] = await writes.open([{ ref }], 'w', 60_000)
  redis.disconnect()

  expect([m!.ready, before]).toEqual([false, { status: 'not ready' }])
  expect(ready).toEqual([{ id, revision: m!.revision }])
  expect(after).toMatchObject({ status: 'open', sides: { user: 4711, group: 8 } })
})
