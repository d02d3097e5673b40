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

describe('too many failures', () => {
  const WRONG = { name: OPERATOR.name, password: 'guess' }
  /** A login through a proxy that appends the address it saw to what the client wrote into the header. */
  const logInFrom = async (url: string, seen: string, written: string, who: { name: string; password: string }) =>
    (await new DashboardVisitor(url).logIn(who, '/', { 'x-forwarded-for': `${written}, ${seen}` })).status

  it('refuse a peer, whatever it tries next, and by which way', async () => {
    await using own = await startTestDashboard()
    const mallory = new DashboardVisitor(own.url)
    for (let i = 0; i < 5; i++) {
      await mallory.logIn(WRONG)
      await mallory.get('/problems', basic(WRONG))
    }

    const answer = await mallory.logIn(OPERATOR)

    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(200)
    expect(await answer.text()).toContain('Too many failed logins. Try again in 5 min.')
    expect((await mallory.get('/board/api/queues', { ...basic(OPERATOR), accept: 'application/json' })).status).toBe(
      429,
    )
    expect(own.lines.filter(({ msg, peer }) => msg === 'Login to the dashboard failed' && peer)).toHaveLength(10)
  })

  it('are not forgotten because another account, or the same, logs in between', async () => {
    await using own = await startTestDashboard()
    const mallory = new DashboardVisitor(own.url)
    for (let i = 0; i < 9; i++) await mallory.logIn(WRONG)

    expect((await mallory.logIn(VIEWER)).status).toBe(303)
    expect((await mallory.logIn(OPERATOR)).status).toBe(303)

    expect((await mallory.logIn(WRONG)).status).toBe(429)
  })

  it('count for the address that the proxy saw, not for what the client says of itself', async () => {
    await using proxied = await startTestDashboard({ trustProxy: true })
    for (let i = 0; i < 10; i++) await logInFrom(proxied.url, '203.0.113.7', `198.51.100.${i}`, WRONG)

    expect(await logInFrom(proxied.url, '203.0.113.7', '198.51.100.10', OPERATOR)).toBe(429)
    expect(await logInFrom(proxied.url, '203.0.113.8', '203.0.113.7', OPERATOR)).toBe(303)
  })

  it('count for the account, from however many addresses they come', async () => {
    await using proxied = await startTestDashboard({ trustProxy: true })
    for (let i = 0; i < 30; i++) await logInFrom(proxied.url, `198.51.100.${i}`, '-', WRONG)

    expect(await logInFrom(proxied.url, '203.0.113.7', '-', OPERATOR)).toBe(429)
    expect(await logInFrom(proxied.url, '203.0.113.7', '-', VIEWER)).toBe(303)
  })

  it('count for the address before the last of two proxies that are believed', async () => {
    await using proxied = await startTestDashboard({ trustProxy: 2 })
    for (let i = 0; i < 10; i++) await logInFrom(proxied.url, '10.0.0.1', `198.51.100.${i}, 203.0.113.7`, WRONG)

    expect(await logInFrom(proxied.url, '10.0.0.1', '203.0.113.7', OPERATOR)).toBe(429)
    expect(await logInFrom(proxied.url, '10.0.0.1', '203.0.113.8', OPERATOR)).toBe(303)
  })

  it('count without a proxy for the socket, whatever headers are sent', async () => {
    await using own = await startTestDashboard()
    for (let i = 0; i < 10; i++) await logInFrom(own.url, `198.51.100.${i}`, '-', WRONG)

    expect(await logInFrom(own.url, '203.0.113.7', '-', OPERATOR)).toBe(429)
  })
})
