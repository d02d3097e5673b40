import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { workerOf } from '@provisioner/shared/ledger/batch-id.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { BULK_LEASE_MS } from '@provisioner/worker/bulk/bulk-leases.ts'
import { entityInRedis } from '../fixtures/entity-in-redis.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

it.each([
  ['its living sender', undefined],
  ['another worker', 'vm-1-0'],
])(
  'a bulk write that was settled by %s, and is back since Redis lost its last second, is settled again',
  async (_who, other) => {
    const people = ['ada', 'bob']
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid, telephoneNumber: '1' }))),
      config: { users: { map: { phone: 'telephoneNumber' } } },
      sandbox: { bulkImport: true },
    })
    const { outstanding, jobStatuses, bulkLease } = accountKeys('acme')
    await world.cycle()
    const isRunning = async () => (await world.redis.hlen(jobStatuses)) === 1
    await until(isRunning, 10_000, () => 'no bulk write is under way')
    const [writes, statuses] = [await world.redis.hgetall(outstanding), await world.redis.hgetall(jobStatuses)]
    await world.settled()

    const [[batch, text]] = Object.entries(writes) as [[string, string]]
    for (const { kind, id } of OutstandingWrite.parse(JSON.parse(text)).items)
      await entityInRedis(world.redis, STAFF, kind, id).set({ outstanding: batch })
    await world.redis.hset(outstanding, writes)
    await world.redis.hset(jobStatuses, statuses)
    // The lease on it is back as well.
    await world.redis.set(bulkLease(batch), other ?? workerOf(batch), 'PX', BULK_LEASE_MS)
    for (const uid of people) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '2' } })
    await world.step()

    expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(['2', '2'])
    expect(await world.redis.hlen(outstanding)).toBe(0)
  },
)

it('what a bulk update sets back that ends after a newer write, since Redis had forgotten it, is written again', async () => {
  const people = ['ada', 'bob']
  await using world = await openWorld({
    ldif: directoryOf(people.map((uid) => ({ uid, telephoneNumber: '1' }))),
    config: { users: { map: { phone: 'telephoneNumber' } } },
  })
  const { outstanding, jobStatuses } = accountKeys('acme')
  const setPhones = async (telephoneNumber: string) => {
    for (const uid of people) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber } })
    await world.cycle()
  }
  await world.step()
  await setPhones('2')
  const isRunning = async () => (await world.redis.hlen(jobStatuses)) === 1
  await until(isRunning, 10_000, () => 'no bulk write is under way')
  const [writes, statuses] = [await world.redis.hgetall(outstanding), await world.redis.hgetall(jobStatuses)]
  await world.settled()
  await setPhones('3')
  await world.settled()

  for (const { id } of await world.zendesk.users())
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { phone: '2' } })
  await world.redis.hset(jobStatuses, statuses)
  await world.redis.hset(outstanding, writes)
  await until(
    async () => (await world.redis.hlen(outstanding)) === 0,
    20_000,
    () => 'the bulk write is not settled',
  )
  await world.step()

  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(['3', '3'])
})
