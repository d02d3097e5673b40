import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const ref: EntityRef = { connection: 'staff', kind: 'user', id: 'u1' }
const had = { attributes: { role: 'agent', custom_role_id: 71 }, groups: [1, 2], defaultGroup: 2 }
const light = { presence: 'suspended', attributes: { email: 'ada@acme.com', role: 'end-user' } } as const

let server: TestRedis
let writes: WriteLedger
let revision = 0
beforeEach(async () => {
  server = await openRedis()
  writes = new WriteLedger(server.redis, STAFF)
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const about = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada', changed: ['role', 'suspended'] } as const
  const desired = { ...light, createOnly: [], tagsMode: 'merge' } as const
  const [released] = await cycle.release([{ ...about, operation: 'suspend user', desired }])
  revision = released!.revision
  await writes.open([{ ref }], 'lease', 60_000)
})
afterEach(() => server[Symbol.asyncDispose]())

const stored = async () => (await new LedgerReader(server.redis, STAFF).entitlementsOf(['u1', 'u2']))[0]
const written = (changes: Partial<Written> = {}): Written => ({
  ...{ ref, revision, applied: light, zendeskId: 7, origin: 'created', suspendedByUs: true },
  ...changes,
})

it('is kept by whoever has the user, as Zendesk shows it last, and by nobody else', async () => {
  const before = { ...had, groups: [1] }

  expect(await writes.keepEntitlements([{ id: 'u1', entitlements: before }], 'lease')).toEqual([true])
  expect(await writes.keepEntitlements([{ id: 'u1', entitlements: had }], 'another')).toEqual([false])
  expect(await stored()).toEqual(before)
  await writes.keepEntitlements([{ id: 'u1', entitlements: had }], 'lease')
  expect(await stored()).toEqual(had)
})

it('stays with a record that says nothing of it, and goes with one that says it is given back', async () => {
  await writes.keepEntitlements([{ id: 'u1', entitlements: had }], 'lease')
  await writes.record([written()], 'lease')
  const kept = await stored()
  await writes.record([written({ revision: revision + 1, entitlements: '' })], 'lease')

  expect([kept, await stored()]).toEqual([had, undefined])
})

it('is told with the record to a Redis that forgot it, and not with an older one than is known', async () => {
  await writes.record([written({ entitlements: JSON.stringify(had) })], 'lease')
  const told = await stored()
  await writes.record([written({ revision: revision + 1, entitlements: '' })], 'lease')
  await writes.record([written({ entitlements: JSON.stringify(had) })], 'lease')

  expect([told, await stored()]).toEqual([had, undefined])
})

it('is forgotten with the user', async () => {
  await writes.keepEntitlements([{ id: 'u1', entitlements: had }], 'lease')
  await writes.record([written({ applied: null })], 'lease')

  expect(await stored()).toBeUndefined()
})
