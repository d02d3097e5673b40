import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DashboardVisitor } from '../../fixtures/dashboard-visitor.ts'
import { startTestDashboard, type TestDashboard, VIEWER } from '../../fixtures/start-test-dashboard.ts'
import { STAFF } from '../../fixtures/staff.ts'

let dashboard: TestDashboard
let eve: DashboardVisitor
beforeAll(async () => {
  dashboard = await startTestDashboard()
  eve = new DashboardVisitor(dashboard.url)
  await eve.logIn(VIEWER)
  const problems = new WriteProblems(dashboard.redis, STAFF)
  const about = { subject: 'user', attribute: 'email', what: 'It is wrong', todo: 'Correct it' } as const
  const found: Problem[] = [
    { ...about, code: 'EMAIL_TWICE', id: 'zoe' },
    { ...about, code: 'ADDRESS_ODD', id: 'kim' },
    { ...about, code: 'EMAIL_TWICE', id: 'ada' },
    { ...about, code: 'NAME_UNKNOWN', subject: 'account', id: 'staff.organization.1o5W', attribute: 'organization' },
  ]
  const now = Date.now()
  for (const problem of found) await problems.report(problem, now)
  const what = { category: 'users', operation: 'suspend user', cause: 'deleted', print: 'of it' } as const
  const held: HeldChange = { ...what, key: 'user|1', dn: 'uid=kim', label: 'kim', since: now }
  await dashboard.redis.hset(connectionKeys(STAFF).held, held.key, JSON.stringify(held))
})
afterAll(() => dashboard[Symbol.asyncDispose]())

const page = async (path: string) => (await eve.get(path)).text()

it('lists what came at one time by code and name, causes first, without the keys that are made for us alone', async () => {
  const all = await page('/problems')

  expect(all).toMatch(/<code>organization<\/code>(.|\n)*>kim<(.|\n)*>ada<(.|\n)*>zoe</)
  expect(all).not.toContain('1o5W')
})

describe('an old address', () => {
  it.each([
    ['/problems?code=SOLVED', 'No problem with this filter', 'SOLVED', '/problems'],
    ['/held?category=groups', 'No held change with this filter', 'groups', '/held'],
  ])('%s keeps its filter, says that nothing has it, and leads to all', async (path, words, chosen, all) => {
    const shown = await page(path)

    expect(shown).toContain(words)
    expect(shown).toContain(`<option value="${chosen}"  selected>${chosen} (0)</option>`)
    expect(shown).toContain(`<a href="${all}">Show all</a>`)
    expect(shown).not.toMatch(/need attention|<table/)
  })

  it('of no page is a page to browsers, and words to scripts', async () => {
    for (const path of ['/nowhere', '/assets/none.css?x=1']) {
      const shown = await fetch(`${dashboard.url}${path}`, { headers: { accept: 'text/html' } })
      expect([shown.status, await shown.text()]).toEqual([404, expect.stringContaining('<h1>No such page</h1>')])
    }
    const told = await fetch(`${dashboard.url}/nowhere?x=1`)
    expect([told.status, await told.json()]).toEqual([404, { error: 'There is no GET /nowhere here' }])
  })
})
