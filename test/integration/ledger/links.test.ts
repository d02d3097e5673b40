import { expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const applied = { presence: 'active', name: 'Support' } as const
const link = (known: Link['known']): Link => ({
  kind: 'group',
  id: 'g1',
  dn: 'cn=g1',
  label: 'Support',
  zendeskId: 7,
  applied,
  suspendedByUs: false,
  inSync: applied,
  ...(known && { known }),
})

it('what a cycle found in Zendesk is not linked to an entity that was written since: it may be gone again', async () => {
  await using redis = await openRedis()
  const cycle = await CycleLedger.begin(redis.redis, STAFF)
  const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: ['name'] } as const
  const [released] = await cycle.release([{ ...about, operation: 'create group', desired: applied }])
  const { revision } = released!

  expect(await cycle.link([link({ revision: 0, appliedRevision: 0, zendeskId: null })])).toEqual(['busy'])
  expect(await cycle.link([link({ revision, appliedRevision: revision, zendeskId: null })])).toEqual(['busy'])
  expect(await cycle.link([link({ revision, appliedRevision: 0, zendeskId: null })])).toEqual(['linked'])
})

it('nor to one that a worker has linked since, which moves no revision', async () => {
  await using redis = await openRedis()
  const cycle = await CycleLedger.begin(redis.redis, STAFF)
  const writes = new WriteLedger(redis.redis, { connection: 'staff', account: 'acme' })
  const ref = { connection: 'staff', kind: 'group', id: 'g1' } as const
  const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: ['name'] } as const
  const [released] = await cycle.release([{ ...about, operation: 'create group', desired: applied }])
  const { revision } = released!
  await writes.open([{ ref }], 'lease', 60_000)
  const origin = 'created' as const
  const lost = { ref, revision, applied, zendeskId: 8, origin, suspendedByUs: false, linkOnly: true }
  await writes.record([lost], 'lease')
  await writes.giveBack([ref], 'lease')

  expect(await cycle.link([link({ revision, appliedRevision: 0, zendeskId: null })])).toEqual(['busy'])
  expect(await cycle.link([link({ revision, appliedRevision: 0, zendeskId: 8 })])).toEqual(['linked'])
})

it('is taken over from the entry that has it, not from one that gave it up: that may have deleted it', async () => {
  await using redis = await openRedis()
  const cycle = await CycleLedger.begin(redis.redis, STAFF)
  const takeOver: Link = { ...link(undefined), from: { connection: 'staff', id: 'g0' } }

  const given = await cycle.link([takeOver])
  await redis.redis.hset(accountKeys('acme').owners('group'), '7', 'staff|g0')
  const taken = await cycle.link([takeOver])
  const again = await cycle.link([takeOver])

  expect([given, taken, again]).toEqual([['busy'], ['linked'], ['linked']])
})

it('an entity that was unknown is born with its link, and never released before that', async () => {
  await using redis = await openRedis()
  const cycle = await CycleLedger.begin(redis.redis, STAFF)
  await cycle.link([{ ...link(undefined), inSync: null }])
  const entity = entityInRedis(redis.redis, STAFF, 'group', 'g1')
  const born = Number(await entity.get('firstRevision'))
  // a clock that was set back
  await entity.set({ firstRevision: String(born + 60_000) })
  const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: ['name'] } as const
  const [released] = await cycle.release([{ ...about, operation: 'rename group', desired: applied }])

  expect(Date.now() - born).toBeLessThan(10_000)
  expect(released!.revision).toBeGreaterThanOrEqual(born + 60_000)
})

it('a membership is not linked that Zendesk has dropped since it was found, its user being an end user by now', async () => {
  await using redis = await openRedis()
  const cycle = await CycleLedger.begin(redis.redis, STAFF)
  const user = (role: string): Link => ({
    ...link(undefined),
    ...{ kind: 'user', id: 'u1', zendeskId: 9, inSync: null },
    applied: { presence: 'active', attributes: { role } },
  })
  const membership: Link = {
    ...link(undefined),
    ...{ kind: 'membership', id: 'g1~u1', zendeskId: 11, inSync: null },
    applied: { presence: 'active', userZendeskId: 9, groupZendeskId: 7, membershipZendeskId: 11 },
  }

  await cycle.link([link(undefined), user('agent')])
  const whileAgent = await cycle.link([membership])
  await cycle.link([user('end-user')])

  expect([whileAgent, await cycle.link([membership])]).toEqual([['linked'], ['busy']])
})
