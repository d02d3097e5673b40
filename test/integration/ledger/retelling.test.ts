import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'group', id: 'g1' }
const desired = { presence: 'active', name: 'Support' } as const
const creation = { name: 'Support', externalId: null }
const ABOUT = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const
const { outstanding, jobStatuses, owners } = accountKeys(account)
const bulk: OutstandingWrite = {
  id: 'w1.bulk',
  connection,
  worker: 'w1',
  call: 'users create',
  at: 1,
  slot: null,
  items: [],
}

/**
 * A group that is open for writing, to a worker of its own connection. `lose` makes Redis forget all that came since,
 * and `breakOff` nothing; in both the worker's connection breaks, and is made anew.
 */
async function openGroup() {
  const server = await openRedis()
  const worker = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  const key = connectionKeys({ account, connection }).entity('group', 'g1')
  const writes = new WriteLedger(worker, { connection, account })
  const cycle = await CycleLedger.begin(server.redis, { account, connection })
  const [released] = await cycle.release([{ ...ABOUT, operation: 'create group', desired }])
  await writes.open([{ ref }], 'lease', 60_000)
  const before = await server.redis.hgetall(key)
  const { revision } = released!
  /** All that a worker tells the ledger, but for the lease, whose end moves. */
  const all = async () => {
    const [{ leaseUntil: _till, ...fields }, writes, statuses] = await Promise.all([
      server.redis.hgetall(key),
      server.redis.hgetall(outstanding),
      server.redis.hgetall(jobStatuses),
    ])
    return { fields, writes, statuses }
  }
  return {
    redis: server.redis,
    writes,
    written: { ref, revision, applied: desired, zendeskId: 7, origin: 'created', suspendedByUs: false } as const,
    all,
    fields: async () => (await all()).fields,
    cycle,
    snapshot: async () => {
      const names = [key, outstanding, jobStatuses, owners('group')]
      return Promise.all(names.map(async (name) => [name, await server.redis.hgetall(name)] as const))
    },
    /** What Redis was when it crashed; nobody has told it anything since. */
    restore: async (snapshot: readonly (readonly [string, Record<string, string>])[]) => {
      for (const [name, hash] of snapshot) {
        await server.redis.del(name)
        if (Object.keys(hash).length > 0) await server.redis.hset(name, hash)
      }
    },
    lose: async () => {
      await server.redis.del(key, outstanding, jobStatuses)
      await server.redis.hset(key, before)
      worker.disconnect(true)
    },
    breakOff: async () => {
      const closed = new Promise((resolve) => worker.once('ready', resolve))
      worker.disconnect(true)
      await closed
      // behind all that is told again
      await writes.isOutstanding('none')
    },
    /** Until Redis has the field again. */
    regains: (field: string) =>
      until(
        async () => (await server.redis.hexists(key, field)) === 1,
        5_000,
        () => `'${field}' is still lost`,
      ),
    [Symbol.asyncDispose]: async () => {
      worker.disconnect()
      await server[Symbol.asyncDispose]()
    },
  }
}

type Group = Awaited<ReturnType<typeof openGroup>>

/** What a worker does, one after the other. */
const CREATES = async ({ writes }: Group) =>
  void (await writes.secure([ref], 'lease', 1_000, { creations: [creation] }))
const CREATES_IN_BULK = async ({ writes }: Group) =>
  void (await writes.secure([ref], 'lease', 1_000, { creations: [creation], outstanding: bulk }))
const IS_TAKEN = ({ writes }: Group) => writes.recordJobStatus(bulk.id, 'job-1')
const RECORDS = (by: string) => async (group: Group) => void (await group.writes.record([group.written], by))
const SETTLES = async ({ writes }: Group) => writes.giveBack([], bulk.id, { dropOutstanding: true })
const LEAVES_UNCLEAR = ({ writes }: Group) => writes.giveBack([ref], bulk.id, { dropOutstanding: true })
const GIVES_BACK = ({ writes }: Group) => writes.giveBack([ref], 'lease', { noEffect: true })
const UPDATES = async (group: Group) => {
  await RECORDS('lease')(group)
  await group.writes.open([{ ref }], 'lease', 60_000)
  await group.writes.secure([ref], 'lease', 1_000, { sent: [['name']] })
}

const WAYS: readonly [what: string, steps: readonly ((group: Group) => Promise<void>)[]][] = [
  ['a creation that was sent', [CREATES]],
  ['a creation that was recorded', [CREATES, RECORDS('lease')]],
  ['a creation that was refused', [CREATES, GIVES_BACK]],
  ['an update that was sent', [UPDATES]],
  ['a bulk creation that waits for the budget', [CREATES_IN_BULK]],
  ['a bulk creation that Zendesk has taken', [CREATES_IN_BULK, IS_TAKEN]],
  ['a bulk creation that is half settled', [CREATES_IN_BULK, IS_TAKEN, RECORDS(bulk.id)]],
  ['a bulk creation that is settled', [CREATES_IN_BULK, IS_TAKEN, RECORDS(bulk.id), SETTLES]],
  ['a bulk creation of which nobody knows what became of it', [CREATES_IN_BULK, IS_TAKEN, LEAVES_UNCLEAR]],
]

describe('what Redis was told by a worker in the second that it lost', () => {
  it.each([
    ['a creation that was sent', [CREATES], 'creationSent'],
    ['a creation that was recorded', [CREATES, RECORDS('lease')], 'zendeskId'],
    ['a bulk creation that Zendesk has taken', [CREATES_IN_BULK, IS_TAKEN], 'outstanding'],
    ['a bulk creation that is settled', [CREATES_IN_BULK, IS_TAKEN, RECORDS(bulk.id), SETTLES], 'zendeskId'],
  ] as const)('is told again as soon as Redis is back: %s', async (_what, steps, field) => {
    await using group = await openGroup()
    for (const step of steps) await step(group)
    const told = await group.all()

    await group.lose()
    await group.regains(field)

    await expect.poll(async () => withoutTimes(await group.all()), { timeout: 5_000 }).toEqual(withoutTimes(told))
  })

  it('is not what was taken back: what somebody else makes later would be taken for ours', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await GIVES_BACK(group)

    await group.lose()
    await group.breakOff()

    expect(await group.fields()).not.toHaveProperty('creationSent')
  })
})

describe('a connection that broke while Redis lost nothing', () => {
  it.each(WAYS)('changes nothing: %s', async (_what, steps) => {
    await using group = await openGroup()
    for (const step of steps) await step(group)
    const told = await group.all()

    await group.breakOff()

    expect(await group.all()).toEqual(told)
  })
})

it('an entity that another worker has taken since Redis lost its last second stays that worker’s', async () => {
  await using group = await openGroup()
  await CREATES_IN_BULK(group)
  await group.lose()
  const other = new WriteLedger(group.redis, { connection, account })
  await group.redis.hset(connectionKeys({ account, connection }).entity('group', 'g1'), {
    lease: 'w2.a',
    leaseUntil: String(Date.now() + 60_000),
  })
  await group.regains('creationSent')

  expect(await group.fields()).toMatchObject({ lease: 'w2.a', creationSent: expect.any(String) })
  expect(await other.isClosedBy(bulk.id, ref)).toBe(false)
})

/** Where Redis may have stood when it crashed: after so many of the steps. */
const LOSSES = WAYS.flatMap(([what, steps]) => steps.map((_step, kept) => [what, kept, steps] as const))

it.each(LOSSES)(
  '%s, of which Redis remembers %i steps: nothing closes the group that nobody will settle',
  async (_what, kept, steps) => {
    await using group = await openGroup()
    for (const step of steps.slice(0, kept)) await step(group)
    const remembered = await group.snapshot()
    for (const step of steps.slice(kept)) await step(group)

    await group.restore(remembered)
    await group.breakOff()

    const { fields, writes } = await group.all()
    if (fields['outstanding'] !== undefined) expect(Object.keys(writes)).toContain(fields['outstanding'])
  },
)

it('a bulk write that was halved in the second that Redis lost closes nothing that nobody will settle', async () => {
  await using group = await openGroup()
  await CREATES_IN_BULK(group)
  const remembered = await group.snapshot()
  await group.writes.giveBack([ref], bulk.id, { noEffect: true, dropOutstanding: true })
  await group.writes.open([{ ref }], 'half', 60_000)
  await group.writes.secure([ref], 'half', 1_000, { creations: [creation], outstanding: { ...bulk, id: 'w1.half' } })

  await group.restore(remembered)
  await group.breakOff()

  const { fields, writes } = await group.all()
  expect(Object.keys(writes)).toContain(fields['outstanding'])
})

it('that we made a group is told again beside what was sent of it since', async () => {
  await using group = await openGroup()
  const before = await group.snapshot()
  await CREATES(group)
  await RECORDS('lease')(group)
  await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired: { presence: 'active', name: 'Help' } }])
  await group.writes.open([{ ref }], 'later', 60_000)
  await group.writes.secure([ref], 'later', 1_000, { sent: [['name']] })

  await group.restore(before)
  await group.breakOff()

  expect(await group.fields()).toMatchObject({ zendeskId: '7', origin: 'created' })
})

/** Without times, and without a lease that was there before and that nobody uses any more: it ends by itself. */
function withoutTimes<T extends { readonly fields: Readonly<Record<string, string>> }>(all: T): T {
  const { creationSent, lease, ...fields } = all.fields
  const mark =
    creationSent === undefined ? {} : { creationSent: JSON.stringify({ ...JSON.parse(creationSent), at: 0 }) }
  return { ...all, fields: { ...fields, ...mark, ...(lease === bulk.id && { lease }) } }
}
