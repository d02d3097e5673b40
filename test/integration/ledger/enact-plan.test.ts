import { NOTHING_UNDONE } from '@provisioner/producer/cycle/undone-of-scan.ts'
import { enactPlan } from '@provisioner/producer/cycle/enact-plan.ts'
import type { CyclePlan } from '@provisioner/producer/cycle/cycle-plan.ts'
import { NO_QUESTIONS } from '@provisioner/producer/cycle/questions.fixture.ts'
import type { Change } from '@provisioner/producer/plan/change.ts'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import type { Operation } from '@provisioner/shared/queues.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { expect, it } from 'vitest'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const [connection, account] = ['staff', 'acme']
const keys = connectionKeys({ account, connection })
const attributes = { name: 'Ada', role: 'end-user' }
const aboutUser = (id: string) => ({ kind: 'user', id, dn: `uid=${id}`, label: `${id}@acme.com` }) as const

function change(id: string, operation: Operation): Change {
  const presence = operation === 'suspend user' ? ('suspended' as const) : ('active' as const)
  return {
    ...aboutUser(id),
    operation,
    desired: { presence, attributes, createOnly: [], tagsMode: 'merge' },
    changed: [],
    cleared: [],
    ...(presence === 'suspended' && { removal: { category: 'users', cause: 'deleted' } }),
  }
}

function link(id: string, zendeskId: number): Link {
  return {
    ...aboutUser(id),
    zendeskId,
    applied: { presence: 'active', attributes },
    suspendedByUs: false,
    inSync: null,
  }
}

function planOf({ links = [], released = [] }: { links?: Link[]; released?: Change[] }): CyclePlan {
  return {
    links,
    released,
    held: [],
    counted: released.flatMap((one) => (one.removal ? [{ category: one.removal.category, change: one }] : [])),
    noted: {
      leaving: { appeared: new Map(), vanished: [] },
      foreign: { found: new Map(), vanished: [] },
      seated: [],
      defaulted: [],
      undone: NOTHING_UNDONE,
    },
    drift: new Map(),
    changedBy: new Map(),
    switchedOff: {},
    lookupsWaiting: {},
    problems: [],
    answered: new Map([...links, ...released].map(({ id }) => [id, `print of ${id}`])),
    guarded: {},
    protectedFound: { users: new Map(), lookedUp: [] },
    measures: {},
    ifApproved: undefined,
    approvals: [],
    decided: new Map(),
    seats: { freed: 0, taken: 0 },
    isInScope: () => true,
    decisions: new Map(),
    unsettled: new Set(),
    unanswered: [],
    claims: new Map(),
    shownGroups: { now: new Set<string>(), asked: false },
    shownUsers: new Set(),
    audited: false,
    waiting: new Set(),
    dropping: [],
    questions: NO_QUESTIONS,
    totals: { users: 0, groups: 0, memberships: 0 },
  }
}

async function openCycle() {
  const server = await openRedis()
  const queues = new ChangeQueues({ account, connection }, { url: server.url, maxRetriesPerRequest: null })
  const ledger = await CycleLedger.begin(server.redis, { account, connection })
  const reader = new LedgerReader(server.redis, { account, connection })
  return {
    url: server.url,
    redis: server.redis,
    queues,
    ledger,
    reader,
    enact: (plan: CyclePlan) => enactPlan(plan, { ledger, reader, queues }, Date.now()),
    seen: async () => {
      const ids = ['ada', 'left', 'found', 'busy', 'boss', 'back', 'back-again']
      const prints = await reader.seen(ids)
      return Object.fromEntries(ids.flatMap((id, i) => (prints[i] === null ? [] : [[id, prints[i]!]])))
    },
    [Symbol.asyncDispose]: async () => {
      await queues[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

it('what is linked or released is answered and counted in the same step, and so lost only together with it', async () => {
  await using cycle = await openCycle()
  const { redis, queues } = cycle
  // the producer gets no further than to its jobs
  await redis.set(queues.of('suspend user').toKey('wait'), 'no list')
  const released = [change('left', 'suspend user')]

  await expect(cycle.enact(planOf({ links: [link('found', 7)], released }))).rejects.toThrow('WRONGTYPE')

  expect(await cycle.seen()).toEqual({ left: 'print of left', found: 'print of found' })
  expect(await cycle.reader.countedWithin(60_000)).toEqual(new Map([['users', 1]]))
})

it('who is linked, and whose change is not released then, is planned again', async () => {
  await using cycle = await openCycle()
  await cycle.enact(planOf({ links: [link('found', 7)] }))
  // no JSON can be made of it: the producer comes as far as to the link
  const unfit = { ...change('found', 'update user'), desired: { attributes: { phone: 7n } } } as unknown as Change

  await expect(cycle.enact(planOf({ links: [link('found', 7)], released: [unfit] }))).rejects.toThrow('BigInt')

  expect(await cycle.seen()).toEqual({})
})

it('a plan of many parts gets its jobs in its order, as many as a cycle adds, and none of it is lost', async () => {
  await using cycle = await openCycle()
  const released = Array.from({ length: 50_100 }, (_one, i) => change(`u${i}`, 'create user'))

  await cycle.enact(planOf({ released }))

  const jobs = await cycle.queues.of('create user').getJobs(['waiting', 'prioritized'], 0, -1, true)
  expect(jobs.map(({ data }) => data.what)).toEqual(released.slice(0, 50_000).map(({ label }) => label))
  expect(await cycle.reader.pending()).toHaveLength(50_100)
}, 60_000)

it('a plan whose jobs could not be added is released as far as it came, and added once when it is enacted again', async () => {
  await using cycle = await openCycle()
  const { redis, ledger, reader, queues, url } = cycle
  await redis.call('ACL', 'SETUSER', 'no-jobs', 'on', '>secret', '~*', '&*', '+@all', '-eval', '-evalsha')
  await using barred = new ChangeQueues({ account, connection }, { url: url.replace('//', '//no-jobs:secret@') })
  const released = Array.from({ length: 6_500 }, (_one, i) => change(`u${i}`, 'create user'))
  const failing = enactPlan(planOf({ released }), { ledger, reader, queues: barred }, Date.now())
  await expect(failing).rejects.toThrow('NOPERM')
  const between = (await reader.pending()).length

  await cycle.enact(planOf({ released }))

  const jobs = await queues.of('create user').getJobs(['waiting', 'prioritized'], 0, -1, true)
  expect(between).toBeGreaterThan(0)
  expect(between).toBeLessThan(released.length)
  expect(jobs.map(({ data }) => data.what)).toEqual(released.map(({ label }) => label))
}, 60_000)

it('who is linked and changed is answered with the change, not with the link', async () => {
  await using cycle = await openCycle()
  const plan = planOf({ links: [link('found', 7)], released: [change('found', 'suspend user')] })
  // the producer gets no further than to the release
  await cycle.redis.set(keys.counted, 'no sorted set')
  await expect(cycle.enact(plan)).rejects.toThrow('WRONGTYPE')
  const between = await cycle.seen()
  await cycle.redis.del(keys.counted)
  await cycle.enact(plan)

  expect([between, await cycle.seen()]).toEqual([{}, { found: 'print of found' }])
})

it('whom something blocks is released, answered and counted as little as before, and looked at again', async () => {
  await using cycle = await openCycle()
  const { redis } = cycle
  const leased = { lease: 'w1.a', leaseUntil: String(Date.now() + 60_000) }
  const busy = entityInRedis(redis, { account, connection }, 'user', 'busy')
  await busy.write({ revision: '5', appliedRevision: '5', seen: 'print of busy', ...leased })

  const { added } = await cycle.enact(planOf({ links: [link('busy', 7)], released: [change('busy', 'suspend user')] }))

  expect([added, await cycle.seen()]).toEqual([new Set(), {}])
  expect(await cycle.reader.countedWithin(60_000)).toEqual(new Map())
})

it('whom an admin approved is linked and released with that approval, and not after it was taken back', async () => {
  await using cycle = await openCycle()
  const { redis, reader } = cycle
  const decision = { decision: 'approved', print: 'p', by: 'ada', at: 1 } as const
  const approved = ['user|left', 'user|boss|link', 'user|back', 'user|back-again|link']
  for (const key of approved) await redis.hset(keys.decisions, key, JSON.stringify(decision))
  const released = [change('left', 'suspend user'), change('back', 'suspend user'), change('boss', 'update user')]
  const links = [link('boss', 7), link('back-again', 8)]
  const approvals = [
    { key: 'user|left', of: released[0]! },
    { key: 'user|back', of: released[1]! },
    { key: 'user|boss|link', of: links[0]! },
    { key: 'user|back-again|link', of: links[1]! },
  ]
  const plan = { ...planOf({ links, released }), approvals, decisions: await reader.decisions() }
  await redis.hdel(keys.decisions, 'user|back', 'user|back-again|link')

  const { added } = await cycle.enact(plan)
  const records = await reader.records('user', ['boss', 'back-again'])

  expect(added).toEqual(new Set(['user|left', 'user|boss']))
  expect(records.map((record) => record?.zendeskId)).toEqual([7, undefined])
  expect(Object.keys(await cycle.seen()).sort()).toEqual(['boss', 'left'])
  expect(await reader.decisions()).toEqual(new Map())
})

it('a creation is not released over a user whom a worker has found since: it would lower their role', async () => {
  await using cycle = await openCycle()
  const { ledger, reader, redis } = cycle
  const ref = { connection, kind: 'user', id: 'ada' } as const
  const writes = new WriteLedger(redis, { connection, account })
  const [first] = await ledger.release([change('ada', 'create user')])
  await writes.open([{ ref }], 'lease', 60_000)
  const admin = { presence: 'active', attributes: { ...attributes, role: 'admin' } } as const
  const about = { ref, revision: first!.revision, zendeskId: 7, origin: 'adopted', suspendedByUs: false } as const
  await writes.record([{ ...about, applied: admin }], 'lease')

  const { added } = await cycle.enact(planOf({ released: [change('ada', 'create user')] }))
  const [record] = await reader.records('user', ['ada'])

  expect([added, await cycle.seen()]).toEqual([new Set(), {}])
  expect(record).toMatchObject({ revision: first!.revision, appliedRevision: first!.revision, applied: admin })
})

it('a removal of before an entry was forgotten and released again says nothing of the new entry', async () => {
  await using cycle = await openCycle()
  const { ledger, redis } = cycle
  const ref = { connection, kind: 'user', id: 'ada' } as const
  const writes = new WriteLedger(redis, { connection, account })
  const gone = { ref, applied: null, zendeskId: null, origin: null, suspendedByUs: false } as const
  const [first] = await ledger.release([change('ada', 'create user')])
  await writes.record([{ ...gone, revision: first!.revision }], 'lease')
  const [again] = await ledger.release([change('ada', 'create user')])

  const { answers } = await writes.record([{ ...gone, revision: again!.revision - 1 }], 'lease')

  expect(await entityInRedis(redis, { account, connection }, 'user', 'ada').get('firstRevision')).toBe(
    String(again!.revision),
  )
  expect(answers).toEqual(['stale'])
})
