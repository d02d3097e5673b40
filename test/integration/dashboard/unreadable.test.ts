import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DashboardVisitor } from '../../fixtures/dashboard-visitor.ts'
import { OPERATOR, startTestDashboard, type TestDashboard } from '../../fixtures/start-test-dashboard.ts'
import { storeLedger } from '../../fixtures/store-ledger.ts'
import { STAFF } from '../../fixtures/staff.ts'

const keys = connectionKeys(STAFF)
let dashboard: TestDashboard
let ada: DashboardVisitor
beforeAll(async () => {
  dashboard = await startTestDashboard()
  ada = new DashboardVisitor(dashboard.url)
  await ada.logIn(OPERATOR)
})
afterAll(() => dashboard[Symbol.asyncDispose]())

describe('a page', () => {
  beforeEach(async () => {
    await dashboard.redis.flushall()
    await storeLedger(dashboard.redis, 'staff')
    await storeLedger(dashboard.redis, 'partners')
  })

  const statusAndText = async (path: string) => {
    const answer = await ada.get(path)
    return [answer.status, await answer.text()] as const
  }

  it.each([
    ['/problems', keys.problems, 'user|u1|EMAIL_MISSING|', 'EMAIL_MISSING'],
    ['/problems', keys.held, 'user|u1', 'EMAIL_MISSING'],
    ['/problems', keys.state, 'lastCycle', 'EMAIL_MISSING'],
    ['/held', keys.held, 'user|u1', 'user|u2'],
    ['/held', keys.decisions, 'user|u1', 'user|u2'],
  ])('%s tells what in %s at %s nobody can read, beside all others', async (path, key, field, others) => {
    await dashboard.redis.hset(key, field, '{"a":')

    const [status, page] = await statusAndText(path)

    expect(status).toBe(200)
    expect(page).toContain('LEDGER_UNREADABLE')
    expect(page).toContain(`In Redis ${key}, field &#39;${field}&#39;, is not what belongs there (no JSON)`)
    expect(page).toContain(others)
  })

  it.each([
    ['/problems', keys.problems],
    ['/problems', keys.state],
    ['/held', keys.held],
    ['/held', keys.decisions],
  ])('%s names %s when that is no hash, and shows the other connection', async (path, key) => {
    await dashboard.redis.set(key, 'something else')

    const [status, page] = await statusAndText(path)
    const [boardStatus] = await statusAndText('/board/')
    const readyz = await fetch(`${dashboard.url}/readyz`)

    expect([status, boardStatus, readyz.status]).toEqual([200, 200, 200])
    expect(page).toContain(`In Redis ${key} is a string, and no hash`)
    expect(page).toContain('partners')
  })
})

describe('the board', () => {
  const PATH = '/board/api/queues'
  /** The jobs of a page of a queue, by id, with their names. */
  const shown = async (query: string) => {
    const answer = await ada.get(`${PATH}?activeQueue=staff.groups&${query}`)
    const { queues } = (await answer.json()) as { queues: { name: string; jobs?: { id: string; name: string }[] }[] }
    const { jobs = [] } = queues.find(({ name }) => name === 'staff.groups') ?? {}
    return Object.fromEntries(jobs.map(({ id, name }) => [id, name]))
  }

  it.each([
    ['data that is no JSON', { data: '{"what":' }],
    ['options that are none', { opts: 'fast' }],
    ['options of another shape', { opts: 'null' }],
    ['progress that is no JSON', { progress: 'half' }],
  ])('shows a job with %s as one that can not be read, and removes it when told to', async (_what, fields) => {
    await dashboard.redis.flushall()
    const queue = dashboard.queue('groups')
    await queue.add('create group', { what: 'Support' }, { jobId: 'good' })
    await queue.add('create group', { what: 'Sales' }, { jobId: 'bad' })
    await dashboard.redis.hset(queue.toKey('bad'), fields)
    const expected = { good: 'create group · Support', bad: 'unreadable · bad' }

    expect(await shown('status=waiting')).toEqual(expected)
    expect(await shown('status=latest')).toEqual(expected)
    expect(await (await ada.get(`${PATH}/staff.groups/bad`)).json()).toMatchObject({ job: { id: 'bad' } })
    expect((await ada.put(`${PATH}/staff.groups/bad/clean`)).status).toBeLessThan(300)
    expect(await shown('status=waiting')).toEqual({ good: 'create group · Support' })
  })

  it('shows a job whose key is no hash as one that can not be read', async () => {
    await dashboard.redis.flushall()
    const queue = dashboard.queue('groups')
    await queue.add('create group', { what: 'Support' }, { jobId: 'good' })
    await queue.add('create group', { what: 'Sales' }, { jobId: 'bad' })
    await dashboard.redis.set(queue.toKey('bad'), 'something else')

    expect(await shown('status=waiting')).toEqual({ good: 'create group · Support', bad: 'unreadable · bad' })
  })
})
