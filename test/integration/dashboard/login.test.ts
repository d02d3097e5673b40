import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, DashboardVisitor } from '../../fixtures/dashboard-visitor.ts'
import { OPERATOR, startTestDashboard, VIEWER, type TestDashboard } from '../../fixtures/start-test-dashboard.ts'

let dashboard: TestDashboard
beforeAll(async () => {
  dashboard = await startTestDashboard()
})
afterAll(() => dashboard[Symbol.asyncDispose]())

const visitor = () => new DashboardVisitor(dashboard.url)

describe('without a login', () => {
  it('sends whoever wants a page to the login, and back afterwards', async () => {
    const ada = visitor()

    const first = await ada.get('/board/queue/staff.groups?status=failed')
    expect(first.status).toBe(302)
    const login = first.headers.get('location') ?? ''
    expect(login).toBe(`/login?next=${encodeURIComponent('/board/queue/staff.groups?status=failed')}`)
    expect(await (await ada.get(login)).text()).toContain('value="/board/queue/staff.groups?status=failed"')

    const entered = await ada.logIn(OPERATOR, '/board/queue/staff.groups?status=failed')
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/board/queue/staff.groups?status=failed'])
  })

  it.each(['/board/api/queues', '/board/static/images/logo.svg', '/problems'])(
    'answers 401 to a script that asks for %s',
    async (path) => {
      expect((await visitor().get(path, { accept: 'application/json' })).status).toBe(401)
    },
  )

  it('reloads the page of a visitor who follows a link from elsewhere: only then is the strict cookie sent', async () => {
    const answer = await visitor().get('/problems', { 'sec-fetch-site': 'cross-site' })

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('http-equiv="refresh"')
  })
})

describe('the login', () => {
  it('keeps the session in a cookie that no script and no other site gets', async () => {
    const ada = visitor()

    const answer = await ada.logIn(OPERATOR)

    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^zp_session=.*; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect((await ada.get('/board/')).status).toBe(200)
    expect(dashboard.lines).toContainEqual({
      level: 'info',
      msg: 'Logged in to the dashboard',
      who: 'ada',
      role: 'operator',
    })
  })

  it.each([
    ['a wrong password', { name: 'ada', password: 'wrong' }],
    ["another's password", { name: 'ada', password: VIEWER.password }],
    ['an unknown user', { name: 'mallory', password: OPERATOR.password }],
  ])('refuses %s', async (_, who) => {
    const answer = await visitor().logIn(who)

    expect(answer.status).toBe(401)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).toContain('User or password is wrong.')
  })

  it('takes no login that another site sends', async () => {
    const answer = await visitor().submit(
      '/login',
      { user: OPERATOR.name, password: OPERATOR.password },
      { origin: 'https://evil.example' },
    )

    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
  })

  it('never sends anybody to another site', async () => {
    expect((await visitor().logIn(OPERATOR, '//evil.example/')).headers.get('location')).toBe('/')
  })

  it('takes the same logins from scripts by HTTP Basic', async () => {
    expect((await visitor().get('/board/api/queues', basic(VIEWER))).status).toBe(200)
    expect((await visitor().get('/board/api/queues', basic({ name: 'eve', password: 'wrong' }))).status).toBe(401)
  })

  it('ends with the logout, also for whoever kept the cookie', async () => {
    const ada = visitor()
    await ada.logIn(OPERATOR)
    const { cookie } = ada

    const answer = await ada.submit('/logout', {})
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login'])

    ada.cookie = cookie
    expect((await ada.get('/board/')).status).toBe(302)
  })
})

it('marks the cookie secure behind a proxy that speaks https, if it is told to believe the proxy', async () => {
  await using proxied = await startTestDashboard({ trustProxy: true })
  const ada = new DashboardVisitor(proxied.url)

  const answer = await ada.submit(
    '/login',
    { user: OPERATOR.name, password: OPERATOR.password },
    { origin: 'https://board.acme.com', 'x-forwarded-host': 'board.acme.com', 'x-forwarded-proto': 'https' },
  )

  expect(answer.headers.getSetCookie()[0]).toContain('; Secure')
})

it('refuses an address after ten failures, whatever it tries next', async () => {
  await using own = await startTestDashboard()
  const mallory = new DashboardVisitor(own.url)
  const guess = () => mallory.logIn({ name: 'ada', password: 'guess' })
  for (let i = 0; i < 10; i++) await guess()

  const answer = await mallory.logIn(OPERATOR)

  expect(answer.status).toBe(429)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(200)
  expect(await answer.text()).toContain('Too many failed logins. Try again in 5 min.')
  expect((await mallory.get('/board/api/queues', { ...basic(OPERATOR), accept: 'application/json' })).status).toBe(429)
})
