import { createBudget } from '@provisioner/zendesk/budget/create-budget.ts'
import { waitFor } from '@provisioner/zendesk/budget/minute.ts'
import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import { minuteOf } from '@provisioner/zendesk/budget/snapshot.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { simulateMinute, type Counting } from '../../fixtures/simulate-minute.ts'

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

let accounts = 0
const newAccount = () => `account-${(accounts += 1)}`

const NOW = 1_700_000_000_000
const time = fc.integer({ min: NOW - 70_000, max: NOW + 70_000 })

it('computes in Redis what the dashboard computes', async () => {
  const state = fc.record({
    limit: fc.constantFrom(10, 200, 700, 2_500),
    tokens: fc.double({ min: -30, max: 40, noNaN: true }),
    at: fc.integer({ min: NOW - 70_000, max: NOW }),
    granted: fc.integer({ min: 0, max: 800 }),
    others: fc.double({ min: 0, max: 0.02, noNaN: true }),
    caution: fc.double({ min: 0.1, max: 1, noNaN: true }),
    cautionAt: time,
  })
  const answer = fc.record({
    rem: fc.integer({ min: 0, max: 700 }),
    reset: fc.oneof(fc.constant(0), time),
    seen: fc.integer({ min: NOW - 70_000, max: NOW }),
    seenG: fc.integer({ min: 0, max: 800 }),
  })
  const reserve = fc.constantFrom(0, 0.2, 0.5)

  await fc.assert(
    fc.asyncProperty(state, fc.option(answer), reserve, fc.boolean(), async (spent, answered, share, removal) => {
      const numbers = { ...spent, ...answered }
      const hash = Object.fromEntries(Object.entries(numbers).map(([k, v]) => [k, String(v)]))
      const accountId = newAccount()
      await server.redis.hset(budgetKeys(accountId).state, hash)
      const budget = createBudget({ redis: server.redis, accountId, reserve: share, now: () => NOW })

      const grant = await budget.tryTake({ requests: 1, purpose: removal ? 'removal' : 'write', holder: 'test' })

      const expected = waitFor(minuteOf(hash, share, 200), 1, removal, NOW)
      // Rounding up tells apart what differs in the sixteenth digit.
      if (grant.taken) expect(expected).toBe(0)
      else expect(Math.abs(grant.waitMs - expected)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 400 },
  )
})

const RANDOM = [0.1, 0.6, 0.3, 0, 0.55, 0.2, 0.45, 0.05, 0.6, 0.35]

it.each<[Counting, string, number, (second: number) => number, number, number]>([
  // counting, others, latency in ms, their share by second, least share of what is left that we use, most 429s of 1,000
  ['fixed window', 'nobody', 100, () => 0, 0.99, 0],
  ['fixed window', 'nobody, slow answers', 1_500, () => 0, 0.99, 0],
  ['fixed window', 'within the reserve', 100, () => 0.1, 0.99, 0],
  ['fixed window', 'twice the reserve', 100, () => 0.4, 0.93, 0],
  ['fixed window', 'three times the reserve, slow answers', 1_500, () => 0.6, 0.9, 9],
  ['fixed window', 'another share every ten seconds', 100, (s) => RANDOM[Math.floor(s / 10) % 10]!, 0.85, 0],
  ['fixed window', 'another share every second', 100, (s) => ((s * 7919) % 61) / 100, 0.85, 0],
  ['sliding window', 'nobody', 100, () => 0, 0.99, 0],
  ['sliding window', 'twice the reserve', 100, () => 0.4, 0.85, 9],
  ['sliding window', 'another share every ten seconds', 100, (s) => RANDOM[Math.floor(s / 10) % 10]!, 0.85, 9],
  ['token bucket', 'nobody', 100, () => 0, 0.99, 0],
  ['token bucket', 'three times the reserve', 100, () => 0.6, 0.85, 0],
])(
  'uses what is left of a %s while others take: %s',
  async (counting, _who, latencyMs, others, leastUsed, mostRefused) => {
    const minutes = 5
    const limit = 700
    let now = 0
    const budget = createBudget({ redis: server.redis, accountId: newAccount(), reserve: 0.2, now: () => now })

    const result = await simulateMinute({
      budget,
      counting,
      limit,
      minutes,
      latencyMs,
      others,
      concurrency: 40,
      setNow: (time) => (now = time),
    })

    const left = Math.min(0.8 * limit * minutes, limit * minutes - result.others)
    expect(result.sent / left).toBeGreaterThanOrEqual(leastUsed)
    expect((1000 * result.refused) / (result.sent + result.refused)).toBeLessThanOrEqual(mostRefused)
  },
)

it('lets a removal overtake by five percent of the minute, and then waits', async () => {
  let now = NOW
  const budget = createBudget({
    redis: server.redis,
    accountId: newAccount(),
    reserve: 0,
    initialLimitPerMinute: 600,
    now: () => now,
  })
  const take = (purpose: 'removal' | 'write') => budget.tryTake({ requests: 1, purpose, holder: 'test' })
  const count = async (purpose: 'removal' | 'write') => {
    let taken = 0
    while ((await take(purpose)).taken) taken += 1
    return taken
  }

  expect(await count('write')).toBe(10)
  expect(await count('removal')).toBe(30)

  now += 1_000
  expect(await take('write')).toMatchObject({ taken: false, because: 'account limit' })
  expect(await count('removal')).toBe(10)
})

it('keeps the last five percent of what an answer says is left for removals', async () => {
  let now = NOW
  const budget = createBudget({ redis: server.redis, accountId: newAccount(), reserve: 0, now: () => now })
  const take = (purpose: 'removal' | 'write') => budget.tryTake({ requests: 1, purpose, holder: 'test' })

  budget.observe({ 'x-rate-limit': '700', 'x-rate-limit-remaining': '35', 'ratelimit-reset': '20' })
  now += 1_000

  expect(await take('write')).toMatchObject({ taken: false, because: 'account limit' })
  for (let sent = 0; sent < 35; sent += 1) expect(await take('removal')).toMatchObject({ taken: true })
  expect(await take('removal')).toMatchObject({ taken: false, because: 'account limit' })
})

it('begins with the smallest plan and learns the limit from any spelling of the headers', async () => {
  const now = NOW
  for (const headers of [
    { 'x-rate-limit': '700' },
    { 'ratelimit-limit': '700', 'ratelimit-remaining': '699' },
    { 'rate-limit': '700' },
  ]) {
    const budget = createBudget({ redis: server.redis, accountId: newAccount(), reserve: 0.5, now: () => now })
    expect(await budget.snapshot()).toMatchObject({ limit: 200, ratePerMinute: 100, remaining: null })

    budget.observe(headers)

    expect(await budget.snapshot()).toMatchObject({ limit: 700, ratePerMinute: 350 })
  }
})

it('never spends what an answer says is not left', async () => {
  let now = NOW
  const budget = createBudget({ redis: server.redis, accountId: newAccount(), reserve: 0, now: () => now })
  await budget.tryTake({ requests: 1, purpose: 'write', holder: 'test' })

  budget.observe({ 'x-rate-limit': '700', 'x-rate-limit-remaining': '0', 'ratelimit-reset': '5' })

  expect(await budget.tryTake({ requests: 1, purpose: 'removal', holder: 'test' })).toMatchObject({ taken: false })
  now += 5_200
  expect(await budget.tryTake({ requests: 1, purpose: 'write', holder: 'test' })).toMatchObject({ taken: true })
})
