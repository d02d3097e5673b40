import { expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'group', id: 'g1' }
const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const

it('a group that Zendesk has no more is looked for first, and what is found is not taken for our own creation', async () => {
  await using server = await openRedis()
  const { redis } = server
  const writes = new WriteLedger(redis, { connection, account })
  const cycle = await CycleLedger.begin(redis, { account, connection })
  const named = (name: string) => ({ presence: 'active', name }) as const
  const [released] = await cycle.release([{ ...about, operation: 'create group', desired: named('Support') }])
  await writes.open([{ ref }], 'w1.a', 60_000)
  const written = { ref, revision: released!.revision, applied: named('Support'), zendeskId: 7 } as const
  await writes.record([{ ...written, origin: 'created', suspendedByUs: false }], 'w1.a')
  await cycle.release([{ ...about, operation: 'rename group', desired: named('Help') }])
  await writes.open([{ ref }], 'w1.b', 60_000)

  await writes.unlink(ref, 'w1.b')

  const [record] = await new LedgerReader(redis, { account, connection }).records('group', ['g1'])
  expect(record).toMatchObject({ zendeskId: null, creationSent: null, lookUpFirst: expect.any(Number) })
})
