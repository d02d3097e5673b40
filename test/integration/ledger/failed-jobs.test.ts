import { expect, it } from 'vitest'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openFailing } from '../../fixtures/failing-jobs.ts'
import { STAFF } from '../../fixtures/staff.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

it('what fails with the same cause again and again waits longer each time, and says so', async () => {
  await using test = await openFailing()
  const told: object[] = []
  const retried: number[][] = []
  for (const [i, waits] of [5 * MINUTE, HOUR, 4 * HOUR, DAY, DAY].entries()) {
    await test.fail('ada', `PUT /api/v2/users/9300${i}.json: 503 (request a1b2c3d4e${i})`)
    retried.push([await test.cycle(0), await test.cycle(waits - 1)])
    const [problem] = await test.problems()
    told.push({ ...problem, since: undefined, nextAt: problem!.nextAt! - (await test.failedAt('ada')) })
    retried.at(-1)!.push(await test.cycle(waits))
  }

  expect(retried).toEqual(retried.map(() => [0, 0, 1]))
  expect(told).toEqual(
    [5 * MINUTE, HOUR, 4 * HOUR, DAY, DAY].map((nextAt, i) => ({ code: 'CHANGE_FAILS', times: i + 1, nextAt })),
  )
})

it.each<[string, 'fail' | 'refuse']>([
  ['for a passing reason', 'fail'],
  ['since Zendesk refuses it', 'refuse'],
])('a suspension that fails %s is tried every 15 minutes, for ever', async (_why, how) => {
  await using test = await openFailing(['ada'], 'suspend user')
  const waits = [5 * MINUTE, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE]
  const retried: number[][] = []
  for (const wait of waits) {
    await test[how]()
    retried.push([await test.cycle(wait - 1), await test.cycle(wait)])
  }

  expect(retried).toEqual(waits.map(() => [0, 1]))
  expect(await test.problems()).toMatchObject([{ code: how === 'fail' ? 'CHANGE_FAILS' : 'REFUSED', times: 4 }])
})

it('a refused user is asked of Zendesk anew after a day, and the refusal says when', async () => {
  await using test = await openFailing()
  await test.refuse()

  const retried = [await test.cycle(DAY - 1), await test.cycle(DAY - 1, { full: true })]
  const [problem] = await test.problems()
  retried.push(await test.cycle(DAY))

  expect(retried).toEqual([0, 0, 1])
  expect(problem).toMatchObject({ code: 'REFUSED', times: 1, nextAt: (problem!.since ?? 0) + DAY })
})

/** Fails twice, so that the next wait is an hour. */
async function failTwice(test: Awaited<ReturnType<typeof openFailing>>, id = 'ada'): Promise<void> {
  await test.fail(id)
  await test.cycle(5 * MINUTE, { id })
  await test.fail(id)
  await test.cycle(5 * MINUTE, { id })
  expect(await test.failures(id)).toMatchObject({ times: 2, tried: false })
}

it('a new revision is tried at once, and begins a new row', async () => {
  await using test = await openFailing()
  await failTwice(test)

  await test.release('ada', 'newer')

  expect(await test.state()).toBe('waiting')
  expect(await test.failures()).toBeNull()
})

it('another cause begins a new row', async () => {
  await using test = await openFailing()
  await failTwice(test)
  await test.cycle(HOUR)
  await test.fail('ada', 'PUT /api/v2/users/93001.json: 409')

  const retried = [await test.cycle(5 * MINUTE - 1), await test.cycle(5 * MINUTE)]

  expect(retried).toEqual([0, 1])
  expect(await test.failures()).toMatchObject({ times: 1 })
})

it('what is retried by hand begins a new row', async () => {
  await using test = await openFailing()
  await failTwice(test)
  await test.byHand()
  await test.fail()

  const retried = [await test.cycle(5 * MINUTE - 1), await test.cycle(5 * MINUTE)]

  expect(retried).toEqual([0, 1])
})

it('what is written forgets how often it failed, and its problem', async () => {
  await using test = await openFailing()
  await failTwice(test)
  await test.byHand()
  await test.write()

  expect(await test.failures()).toBeNull()
  expect(await test.problems()).toEqual([])
})

it('who was in another one’s way and is not any more ends the wait', async () => {
  await using test = await openFailing(['ada', 'bob'])
  const before = await test.revision()
  await test.refuse('ada', { id: 'bob', revision: await test.revision('bob'), appliedRevision: 0 })
  const blocked = await test.cycle(MINUTE)

  await test.write('bob')
  const freed = await test.cycle(MINUTE)

  expect([blocked, freed]).toEqual([0, 1])
  expect(await test.revision()).toBeGreaterThan(before)
  expect([await test.state(), await test.failures()]).toEqual(['waiting', null])
})

it('a full cycle retries what fails for a passing reason', async () => {
  await using test = await openFailing()
  await failTwice(test)

  expect(await test.cycle(MINUTE, { full: true })).toBe(1)
})

it('what failed while nothing was written is tried at once when something is written again', async () => {
  await using test = await openFailing(['ada', 'bob'])
  await failTwice(test)
  const before = await test.cycle(MINUTE)
  await test.write('bob')

  const after = await test.cycle(MINUTE)
  await test.fail()

  expect([before, after]).toEqual([0, 1])
  // It is no trouble of all: it waits although others are written.
  expect([await test.cycle(4 * HOUR - 1), await test.cycle(4 * HOUR)]).toEqual([0, 1])
})

it('while all fail and nothing is written, one of them is tried every five minutes', async () => {
  await using test = await openFailing(['ada', 'bob', 'cid'])
  const ids = ['ada', 'bob', 'cid']
  for (const id of ids) await test.fail(id)
  await test.cycle(5 * MINUTE, { id: 'cid' })
  for (const id of ids) await test.fail(id)

  const retried = [await test.cycle(4 * MINUTE, { id: 'cid' }), await test.cycle(5 * MINUTE, { id: 'cid' })]
  const states = await Promise.all(ids.map((id) => test.state(id)))
  await test.write('ada')
  retried.push(await test.cycle(6 * MINUTE, { id: 'cid' }))

  expect(retried).toEqual([0, 1, 2])
  expect(states).toEqual(['waiting', 'failed', 'failed'])
})

it('a cycle that died before it retried what it had noted is made good, and nothing is counted twice', async () => {
  await using test = await openFailing()
  await test.fail()
  const at = await test.failedAt('ada')
  const failures = { cause: 'PUT /api/v2/users/#.json: 503', times: 1, since: at, at, others: false, tried: true }
  const one = { ref: { connection: 'staff', kind: 'user', id: 'ada' }, revision: await test.revision() } as const
  await test.ledger.countFailures([{ one, failures, nextAt: at, problem: undefined }])

  const retried = await test.cycle(MINUTE)
  await test.fail()
  await test.cycle(MINUTE)
  await test.cycle(MINUTE)

  expect(retried).toBe(1)
  expect(await test.failures()).toMatchObject({ times: 2 })
})

it('what nobody can read of a row begins it anew', async () => {
  await using test = await openFailing()
  await failTwice(test)
  await entityInRedis(test.redis, STAFF, 'user', 'ada').set({ failures: '{broken' })

  expect(await test.cycle(5 * MINUTE)).toBe(1)
})
