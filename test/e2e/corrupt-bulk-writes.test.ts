import { expect, it } from 'vitest'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { directoryOf } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

/** Of the right shape, and yet it does not say which memberships it creates. */
const OF_NOBODY = {
  ...{ id: 'dead.1', connection: 'staff', worker: 'dead', call: 'memberships create', at: 1, slot: null },
  items: [
    {
      ...{ jobId: 'j', kind: 'membership', id: 'g~u', revision: 1, email: null, externalId: null },
      ...{ zendeskId: null, applied: null, suspendedByUs: false },
    },
  ],
}

it.each([
  ['is no JSON', '{'],
  ['is something else', '{"items":7}'],
  ['says too little', JSON.stringify(OF_NOBODY)],
])('a bulk write of a dead worker that nobody can read, for it %s, closes nobody for ever', async (_what, text) => {
  await using world = await openWorld({
    ldif: directoryOf(['ada', 'bob'].map((uid) => ({ uid }))),
    sandbox: { bulkImport: true },
    workers: 0,
  })
  await world.cycle()
  const keys = await world.redis.keys(`${connectionKeys(STAFF).prefix}user:*`)
  for (const key of keys)
    await world.redis.hset(key, {
      lease: 'dead.1',
      leaseUntil: '1',
      outstanding: 'dead.1',
      sentBy: 'dead.1',
      creationSent: JSON.stringify({ at: Date.now(), name: 'nobody@example.org', externalId: null }),
    })
  await world.redis.hset(accountKeys('acme').outstanding, 'dead.1', text)

  await world.addWorker()
  await until(
    async () => (await world.redis.hlen(accountKeys('acme').outstanding)) === 0,
    30_000,
    () => 'the bulk write is there still',
  )
  await world.settled()

  expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(['ada@example.org', 'bob@example.org'])
})

it('an ending of a job status that nobody can read counts as one of which nobody knows anything', async () => {
  await using world = await openWorld({
    ldif: directoryOf(['ada', 'bob'].map((uid) => ({ uid }))),
    sandbox: { bulkImport: true },
  })
  const { jobStatuses, ended } = accountKeys('acme')
  await world.cycle()
  await until(
    async () => (await world.redis.hlen(jobStatuses)) === 1,
    10_000,
    () => 'no bulk write is under way',
  )
  const [id] = await world.redis.hvals(jobStatuses)
  await world.redis.set(ended(id!), '{', 'EX', 60)
  await world.settled()

  expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(['ada@example.org', 'bob@example.org'])
  expect(await world.redis.hlen(accountKeys('acme').outstanding)).toBe(0)
})
