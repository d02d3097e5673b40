import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLogger } from '@provisioner/shared/logger.ts'
import { openLine } from '@provisioner/worker/loop/line.ts'
import { pull } from '@provisioner/worker/loop/pull.ts'
import { tellAll } from '@provisioner/worker/loop/tell-outcomes.ts'
import type { Outcome } from '@provisioner/worker/outcome.ts'
import { basic, DashboardVisitor } from '../../fixtures/dashboard-visitor.ts'
import { OPERATOR, startTestDashboard, VIEWER, type TestDashboard } from '../../fixtures/start-test-dashboard.ts'

const log = createLogger({ name: 'test', level: 'silent' })
let dashboard: TestDashboard
let ada: DashboardVisitor
let eve: DashboardVisitor
beforeAll(async () => {
  dashboard = await startTestDashboard()
  ;[ada, eve] = [new DashboardVisitor(dashboard.url), new DashboardVisitor(dashboard.url)]
  await ada.logIn(OPERATOR)
  await eve.logIn(VIEWER)
})
afterAll(() => dashboard[Symbol.asyncDispose]())

interface BoardQueue {
  name: string
  readOnlyMode: boolean
  counts: Record<string, number>
}
const queuesSeenBy = async (visitor: DashboardVisitor) =>
  ((await (await visitor.get('/board/api/queues')).json()) as { queues: BoardQueue[] }).queues

describe('the queues', () => {
  it('are those of every connection, and its cycles', async () => {
    expect((await queuesSeenBy(ada)).map((queue) => queue.name)).toEqual(
      ['staff', 'partners'].flatMap((connection) =>
        [
          'users.remove',
          'memberships.remove',
          'users.create',
          'users.update',
          'groups',
          'memberships.add',
          'cycle',
        ].map((name) => `${connection}.${name}`),
      ),
    )
  })

  it('are read-only for a viewer alone', async () => {
    expect(new Set((await queuesSeenBy(ada)).map((queue) => queue.readOnlyMode))).toEqual(new Set([false]))
    expect(new Set((await queuesSeenBy(eve)).map((queue) => queue.readOnlyMode))).toEqual(new Set([true]))
  })

  it('name the person or group that a job is about', async () => {
    const job = await dashboard.queue('groups').add('create group', { what: 'Support', changed: ['name'] })

    const answer = await (await ada.get(`/board/api/queues/staff.groups/${job.id}`)).json()

    expect(answer).toMatchObject({
      job: { name: 'create group · Support', data: { changed: ['name'] } },
      status: 'waiting',
    })
  })
})

it('a queue shows how many of its jobs workers have completed and failed', async () => {
  const queue = dashboard.queue('memberships.remove')
  await queue.addBulk([1, 2, 3].map((i) => ({ name: 'remove member', data: { what: `member ${i}` } })))
  await using line = await openLine({
    account: 'acme',
    connection: 'staff',
    queue: 'memberships.remove',
    redis: dashboard.redis,
    name: 'w1',
    onError: () => {},
  })
  const jobs = await pull(line, 3, log)
  const outcomeOf = (i: number): Outcome =>
    i === 0
      ? { status: 'rejected', code: 'REFUSED', why: 'No', todo: 'Change it' }
      : { status: 'applied', what: 'removed', zendeskId: i }
  await tellAll(line, jobs, new Map(jobs.map(({ id }, i) => [id, outcomeOf(i)])), log)

  const answer = await (await ada.get('/board/api/queues/staff.memberships.remove/metrics')).json()
  const page = await (await ada.get('/board/')).text()

  expect(answer).toMatchObject({ completed: { meta: { count: 2 } }, failed: { meta: { count: 1 } } })
  expect(page).toContain('"showMetrics":true')
})

describe('a page of jobs', () => {
  const PATH = '/board/api/queues?activeQueue=staff.memberships.add'

  beforeAll(async () => {
    const jobs = Array.from({ length: 301 }, (_, at) => ({
      name: 'add membership',
      data: { what: `${at}`, changed: [] },
    }))
    await dashboard.queue('memberships.add').addBulk(jobs)
  })

  it.each([
    ['status=waiting&jobsPerPage=1000000', 300, 2],
    ['status=waiting&jobsPerPage=1e300&page=2', 1, 2],
    ['jobsPerPage=1000000', 300, 1],
    ['status=waiting&page=1e300', 0, 31],
    ['status=waiting&jobsPerPage=7', 7, 43],
  ])('has a limit, whatever is asked for: %s', async (query, jobs, pageCount) => {
    const answer = await eve.get(`${PATH}&${query}`)
    const { queues } = (await answer.json()) as { queues: { name: string; jobs: unknown[]; pagination: object }[] }
    const shown = queues.find(({ name }) => name === 'staff.memberships.add')

    expect(shown?.jobs).toHaveLength(jobs)
    expect(shown?.pagination).toMatchObject({ pageCount })
  })
})

describe('a retry', () => {
  it.each([
    ['of one job', (id: string) => `/board/api/queues/staff.users.update/${id}/retry`],
    ['of all jobs', () => '/board/api/queues/staff.users.update/retry/failed'],
  ])('%s gives it all its attempts again', async (_, path) => {
    const queue = dashboard.queue('users.update')
    let failures = 3
    const worker = dashboard.worker('users.update', async () => {
      if (failures-- > 0) throw new Error('Zendesk does not answer')
    })
    const job = await queue.add('update user', { what: 'jo@acme.com', changed: ['phone'] }, { attempts: 2 })
    const state = async (wanted: string) => vi.waitFor(async () => expect(await job.getState()).toBe(wanted), 5_000)
    await state('failed')

    expect((await ada.put(path(job.id!))).status).toBeLessThan(300)

    // The first new attempt fails too: without a reset it would have been the last.
    await state('completed')
    expect(failures).toBe(-1)
    await worker.close()
  })
})

describe('an action', () => {
  it('is refused to a viewer', async () => {
    const answer = await eve.put('/board/api/queues/staff.groups/pause')

    expect([answer.status, await answer.json()]).toEqual([403, { error: 'Refused: viewers may look, but not act' }])
    expect(await dashboard.queue('groups').isPaused()).toBe(false)
  })

  it.each([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of a neighbour site', { 'sec-fetch-site': 'same-site' }],
    ['of another origin', { origin: 'http://evil.example' }],
    ['without an origin', {}],
  ])('is refused to a page %s', async (_, headers) => {
    expect((await ada.put('/board/api/queues/staff.groups/pause', headers)).status).toBe(403)
    expect(await dashboard.queue('groups').isPaused()).toBe(false)
  })

  it('is carried out for an operator, and logged', async () => {
    expect((await ada.put('/board/api/queues/staff.users.create/pause')).status).toBe(200)

    expect(await dashboard.queue('users.create').isPaused()).toBe(true)
    expect(dashboard.lines).toContainEqual(
      expect.objectContaining({
        msg: 'Dashboard action',
        who: 'ada',
        role: 'operator',
        action: 'pause queue',
        queue: 'staff.users.create',
        status: 200,
      }),
    )
  })

  it("is carried out for an operator's script", async () => {
    const script = new DashboardVisitor(dashboard.url)

    expect((await script.put('/board/api/queues/staff.users.create/resume', basic(OPERATOR))).status).toBe(200)
    expect((await script.put('/board/api/queues/staff.users.create/pause', basic(VIEWER))).status).toBe(403)
    expect(await dashboard.queue('users.create').isPaused()).toBe(false)
  })

  it.each([
    ['PUT', 'staff.groups/rate-limit'],
    ['PUT', 'staff.groups/concurrency'],
    ['POST', 'staff.groups/add'],
    ['PATCH', 'staff.groups/1/update-data'],
    ['PATCH', 'staff.groups/1/priority'],
    ['PUT', 'staff.cycle/obliterate'],
    ['PUT', 'staff.cycle/job-schedulers/every/remove'],
    ['PATCH', 'staff.cycle/job-schedulers/every'],
  ])('is refused even to an operator when it would work against the product: %s %s', async (method, path) => {
    const answer = await fetch(`${dashboard.url}/board/api/queues/${path}`, {
      method,
      headers: { cookie: ada.cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      body: '{}',
    })

    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Refused: ')
  })

  it('starts a cycle now', async () => {
    const queue = dashboard.queue('cycle')
    await queue.upsertJobScheduler('full', { pattern: '0 2 * * *' }, { name: 'full cycle', data: {} })

    expect((await ada.put('/board/api/queues/staff.cycle/job-schedulers/full/run')).status).toBe(200)

    expect((await queue.getWaiting()).map((job) => job.name)).toEqual(['full cycle'])
  })
})
