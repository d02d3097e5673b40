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

it('is forgotten when Zendesk has the user no more: whoever is made anew was nobody before', async () => {
  await writes.record([written({ linkOnly: true })], 'lease')
  await writes.keepEntitlements([{ id: 'u1', entitlements: had }], 'lease')
  const kept = await stored()
  await writes.unlink(ref, 'lease')

  expect([kept, await stored()]).toEqual([had, undefined])
})

it('is not taken by a membership that gives the default group back, once it is kept anew', async () => {
  const member: EntityRef = { connection: 'staff', kind: 'membership', id: 'g1~u1' }
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const desired = { presence: 'active' } as const
  const about = { ...member, dn: 'cn=g1', label: 'ada in g1', changed: [], operation: 'add member', desired } as const
  const joined = { presence: 'active', userZendeskId: 7, groupZendeskId: 2, membershipZendeskId: 9 } as const
  const joins = async () => {
    const [released] = await cycle.release([about])
    await writes.open([{ ref: member }], 'joining', 60_000)
    const done = {
      ref: member,
      revision: released!.revision,
      applied: joined,
      zendeskId: 9,
      origin: 'created' as const,
    }
    await writes.record([{ ...done, suspendedByUs: false, entitlements: '' }], 'joining')
  }

  await writes.keepEntitlements([{ id: 'u1', entitlements: had }], 'lease')
  await joins()
  const whole = await stored()
  const rest = { attributes: {}, groups: [], defaultGroup: 2 }
  await writes.keepEntitlements([{ id: 'u1', entitlements: rest }], 'lease')
  await cycle.release([{ ...about, operation: 'remove member', desired: { presence: 'deleted' } }])
  await joins()

  expect([whole, await stored()]).toEqual([had, undefined])
})
