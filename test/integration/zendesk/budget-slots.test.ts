import type { Need } from '@provisioner/zendesk/budget/budget.ts'
import { createBudget } from '@provisioner/zendesk/budget/create-budget.ts'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

const START = 1_700_000_000_000
let accounts = 0

/** A budget with requests in plenty, on a clock that stands still until it is set. */
function openBudget() {
  const clock = { now: START }
  const accountId = `account-${(accounts += 1)}`
  const open = (now?: () => number) => {
    const budget = createBudget({
      redis: server.redis,
      accountId,
      reserve: 0,
      initialLimitPerMinute: 100_000,
      ...(now && { now }),
    })
    onTestFinished(() => budget[Symbol.asyncDispose]())
    return budget
  }
  return { budget: open(() => clock.now), onRealClock: open, clock }
}

const write: Need = { requests: 1, purpose: 'write', holder: 'worker-1' }
const bulk: Need = { ...write, jobSlot: true }
const removal: Need = { ...bulk, purpose: 'removal', holder: 'worker-2' }

it('keeps two of thirty job statuses for removals', async () => {
  const { budget } = openBudget()

  const grants = []
  for (let i = 0; i < 28; i += 1) grants.push(await budget.tryTake(bulk))

  expect(grants.every((grant) => grant.taken)).toBe(true)
  expect(await budget.tryTake(bulk)).toMatchObject({ taken: false, because: 'job statuses' })
  expect(await budget.tryTake(removal)).toMatchObject({ taken: true })
  expect(await budget.tryTake(removal)).toMatchObject({ taken: true })
  expect(await budget.tryTake(removal)).toMatchObject({ taken: false, because: 'job statuses' })
  expect((await budget.snapshot()).jobSlots).toEqual({
    taken: 30,
    others: 0,
    total: 30,
    holders: { 'worker-1': 28, 'worker-2': 2 },
  })
})

it('takes nothing when it cannot take all', async () => {
  const { budget, clock } = openBudget()
  const both: Need = { ...bulk, singleUserWrite: '7' }
  await budget.tryTake(both)

  const refused = await budget.tryTake(both)

  expect(refused).toMatchObject({ taken: false, because: 'single user writes' })
  expect((await budget.snapshot()).jobSlots.taken).toBe(1)
  clock.now += 1_100
  expect(await budget.tryTake(both)).toMatchObject({ taken: true })
})

it('counts a bulk write among single writes where Zendesk does, and towards no user’s five', async () => {
  const { budget, clock } = openBudget()
  const counted: Need = { ...write, amongSingleUserWrites: true }

  expect(await budget.tryTake(counted)).toMatchObject({ taken: true })
  expect(await budget.tryTake({ ...write, singleUserWrite: '7' })).toMatchObject({ because: 'single user writes' })
  expect(await budget.tryTake(counted)).toMatchObject({ because: 'single user writes' })
  expect(await budget.tryTake(write)).toMatchObject({ taken: true })
  for (let i = 0; i < 8; i += 1) {
    clock.now += 1_100
    expect(await budget.tryTake(counted)).toMatchObject({ taken: true })
  }
})

it('frees a job status whose holder died, and keeps one that is extended', async () => {
  const { budget, clock } = openBudget()
  const kept = (await budget.take(bulk)).slotId!
  const lost = (await budget.take(bulk)).slotId!

  clock.now += 10 * 60_000
  expect(await budget.extendJobSlot(kept)).toBe(true)
  clock.now += 10 * 60_000
  await budget.tryTake(bulk)

  expect(await budget.extendJobSlot(lost)).toBe(false)
  expect((await budget.snapshot()).jobSlots.taken).toBe(2)
})

it('wakes who waits for a job status as soon as another process gives one back', async () => {
  const { onRealClock } = openBudget()
  const [one, other] = [onRealClock(), onRealClock()]
  const slots = []
  for (let i = 0; i < 28; i += 1) slots.push((await one.take(bulk)).slotId!)
  let heard = 0
  using _listening = other.onSlotReleased(() => (heard += 1))
  const startedAt = performance.now()

  const waiting = [other.take(bulk), other.take(bulk)]
  await new Promise((resolve) => setTimeout(resolve, 100))
  await one.releaseJobSlot(slots[0]!)
  await one.releaseJobSlot(slots[1]!)
  await Promise.all(waiting)

  expect(performance.now() - startedAt).toBeLessThan(900)
  await vi.waitFor(() => expect(heard).toBe(2))
})

it('leaves alone what other integrations hold of the job statuses', async () => {
  const { budget, clock } = openBudget()
  await budget.take(bulk)

  budget.observe({ 'zendesk-ratelimit-inflight-jobs': 'total=30; remaining=2; resets=60' })
  await vi.waitFor(async () => expect((await budget.snapshot()).jobSlots.others).toBe(27))

  // one is ours, 27 are others': a single one is left beside the two for removals, and that is ours already
  expect(await budget.tryTake(bulk)).toMatchObject({ taken: false, because: 'job statuses' })
  expect(await budget.tryTake(removal)).toMatchObject({ taken: true })
  clock.now += 16_000
  expect(await budget.tryTake(bulk)).toMatchObject({ taken: true })
})

it('writes one user a second, and to each user five times a minute', async () => {
  const { budget, clock } = openBudget()
  const to = (singleUserWrite: string) => budget.tryTake({ ...write, singleUserWrite })

  for (let i = 0; i < 5; i += 1) {
    expect(await to('7')).toMatchObject({ taken: true })
    expect(await to('8')).toMatchObject({ taken: false, because: 'single user writes' })
    clock.now += 1_100
  }

  expect(await to('7')).toMatchObject({ taken: false, because: 'one user' })
  expect(await to('8')).toMatchObject({ taken: true })
  clock.now = START + 61_000
  expect(await to('7')).toMatchObject({ taken: true })
})

it('pauses only what Zendesk asks to pause', async () => {
  const { budget, clock } = openBudget()
  const paused = { taken: false, because: 'paused by Zendesk' }

  await budget.pause('user:7', 20_000)
  expect(await budget.tryTake({ ...write, singleUserWrite: '7' })).toMatchObject(paused)
  expect(await budget.tryTake({ ...write, singleUserWrite: '8' })).toMatchObject({ taken: true })

  clock.now += 2_000
  await budget.pause('single-user-write', 5_000)
  expect(await budget.tryTake({ ...write, singleUserWrite: '8' })).toMatchObject(paused)
  expect(await budget.tryTake(bulk)).toMatchObject({ taken: true })

  await budget.pause('job-statuses', 5_000)
  expect(await budget.tryTake(removal)).toMatchObject(paused)
  expect(await budget.tryTake(write)).toMatchObject({ taken: true })

  await budget.pause('account', 5_000)
  await budget.pause('account', 1_000)
  clock.now += 4_000
  expect(await budget.tryTake({ ...write, purpose: 'removal' })).toMatchObject(paused)
  expect((await budget.snapshot()).pauses).toEqual({
    'single-user-write': 1_000,
    'job-statuses': 1_000,
    account: 1_000,
  })
  clock.now += 1_001
  expect(await budget.tryTake({ ...write, purpose: 'removal' })).toMatchObject({ taken: true })
})

it('lets who waits go in the order they came, and gives up when told to', async () => {
  const { onRealClock } = openBudget()
  const budget = onRealClock()
  const giveUp = new AbortController()
  const order: string[] = []
  await budget.pause('account', 300)

  const waiting = ['first', 'second', 'third'].map((name) =>
    budget.take(write, name === 'second' ? giveUp.signal : undefined).then(
      () => order.push(name),
      (error: Error) => order.push(error.message),
    ),
  )
  giveUp.abort(new Error('second gave up'))
  await Promise.all(waiting)

  expect(order).toEqual(['second gave up', 'first', 'third'])
})
