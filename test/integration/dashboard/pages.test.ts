import { startDashboard } from '@provisioner/dashboard/dashboard.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { announce } from '@provisioner/shared/ledger/services.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { DashboardVisitor } from '../../fixtures/dashboard-visitor.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'
import { OPERATOR, startTestDashboard, type TestDashboard, VIEWER } from '../../fixtures/start-test-dashboard.ts'
import { STAFF } from '../../fixtures/staff.ts'

let dashboard: TestDashboard
let eve: DashboardVisitor
const PARTNERS = { account: 'acme', connection: 'partners' }
/** Somebody works for both connections. */
const announced: AsyncDisposable[] = []
const log = createLogger({ name: 'test', level: 'silent' })
beforeAll(async () => {
  dashboard = await startTestDashboard()
  const connections = new Map([['acme', { staff: '', partners: '' }]])
  for (const role of ['producer', 'worker'] as const)
    announced.push(await announce(dashboard.redis, { role, name: role, connections }, log))
  for (const name of [STAFF, PARTNERS]) await dashboard.redis.hset(connectionKeys(name).state, 'firstRun', 'done')
  eve = new DashboardVisitor(dashboard.url)
  await eve.logIn(VIEWER)
})
afterAll(async () => {
  for (const one of announced) await one[Symbol.asyncDispose]()
  await dashboard[Symbol.asyncDispose]()
})

const page = async (path: string) => (await eve.get(path)).text()

describe('the problems page', () => {
  it('says that nothing is wrong', async () => {
    expect(await page('/problems')).toContain('Nothing is wrong')
  })

  it('shows what is wrong with whom and what to do, harmless whatever is in the directory', async () => {
    const dn = 'uid=<script>alert(1)</script>,dc=acme'
    const reported = {
      code: 'PHONE_INVALID',
      subject: 'user',
      id: '1',
      dn,
      attribute: 'phone',
      what: "'12' is no number",
      todo: 'Correct it',
    } as const
    await new WriteProblems(dashboard.redis, STAFF).report(reported, Date.now() - 7_200_000)
    await new WriteProblems(dashboard.redis, PARTNERS).report({ ...reported, code: 'EMAIL_TAKEN', id: '2' }, Date.now())

    const all = await page('/problems')
    expect(all).toContain('2 things need attention')
    expect(await page('/board/')).toMatch(/<a href="\/problems">Problems <span class="count">2<\/span>/)
    expect(all).toContain('uid=&lt;script&gt;alert(1)&lt;/script&gt;,<wbr />dc=acme')
    expect(all).toMatch(/PHONE_INVALID(.|\n)*&#39;12&#39; is no number(.|\n)*Correct it(.|\n)*2 h ago/)

    const filtered = await page('/problems?code=EMAIL_TAKEN')
    expect(filtered).toContain('1 of 2 things need attention')
    expect(filtered.match(/<td class="when"/g)).toHaveLength(1)
    expect((await page('/problems?connection=staff')).match(/<td class="when"/g)).toHaveLength(1)
  })

  it('says of a change that fails again how often it did, and when it is tried next', async () => {
    const now = Date.now()
    const { problems } = connectionKeys(STAFF)
    const problem = { code: 'CHANGE_FAILS', subject: 'user', id: '3', what: '503', todo: 'Wait' }
    const failing = { times: 3, since: now - 7_200_000, nextAt: now + 3_600_000 }
    await dashboard.redis.hset(
      problems,
      'write|user|3',
      JSON.stringify({ problem, since: now, source: 'write', failing }),
    )

    const shown = await page('/problems?code=CHANGE_FAILS')
    await dashboard.redis.hdel(problems, 'write|user|3')

    expect(shown).toMatch(/Failed 3 times in a row with the same cause, since .* UTC; tried again at .* UTC, in 60 min/)
  })
})

describe('the held changes', () => {
  const { held, decisions, state } = connectionKeys(STAFF)
  const change = {
    key: 'user|1',
    category: 'users',
    operation: 'suspend user',
    dn: 'uid=kim',
    label: 'kim@acme.com',
    cause: 'deleted',
    print: 'of it',
    since: Date.now(),
  }
  const waits = { at: 1, changes: { 'create user': 132 }, undecided: {}, guarded: {}, adopted: 12 }

  it('say that a first plan waits, with its counts and the command, and not that nothing is held', async () => {
    expect(await page('/held')).toContain('Nothing is held')

    await dashboard.redis.hset(state, 'firstRun', 'waiting', 'firstPlan', JSON.stringify(waits))
    const waiting = await page('/held')
    const board = await page('/board/')
    await dashboard.redis.hdel(state, 'firstRun')
    const isNew = await page('/held')
    await dashboard.redis.hset(state, 'firstRun', 'done')

    expect(board).toMatch(/staff: The first plan waits(.|\n)*<a href="\/problems">What to do<\/a>/)
    expect(isNew).toContain('staff has no plan yet')
    expect(isNew).not.toContain('Nothing is held')
    expect(waiting).toContain('The first plan of staff waits for approval')
    expect(waiting).toContain('12 × link existing, 132 × create user')
    expect(waiting).toContain('provisioner approve staff')
    expect(waiting).not.toContain('Nothing is held')
  })

  it('show category, limit, and who decided what, and why', async () => {
    const other = { ...change, key: 'user|2', label: 'vogel@acme.com' }
    const decision = { decision: 'rejected', print: 'of it', by: 'ada@admin', at: Date.now(), reason: 'on <leave>' }
    const measures = { users: { asked: 12, known: 145, limit: 7, used: 0, windowMs: 86_400_000 } }
    for (const one of [change, other]) await dashboard.redis.hset(held, one.key, JSON.stringify(one))
    await dashboard.redis.hset(decisions, other.key, JSON.stringify(decision))
    await dashboard.redis.hset(state, 'measures', JSON.stringify(measures))

    const all = await page('/held')
    const rejected = await page('/held?decision=rejected&category=users')

    expect(all).toContain('2 kept back by the guard, 1 of them undecided')
    expect(await page('/board/')).toMatch(/<a href="\/held">Held changes <span class="count">1<\/span>/)
    expect(all).toContain('2 removals of users (12 of 145; limit 7 in 24 h)')
    expect(all).toMatch(/suspend user(.|\n)*kim@acme\.com(.|\n)*deleted(.|\n)*waits for approval/)
    expect(rejected).toMatch(/vogel@acme\.com(.|\n)*rejected(.|\n)*on &lt;leave&gt;(.|\n)*ada@admin, /)
    expect(rejected).not.toContain('kim@acme.com')
  })
})

it('reads a list once for all who ask while it is read', async () => {
  const { redis } = dashboard
  const { problems, held } = connectionKeys(STAFF)
  const watcher = await redis.monitor()
  onTestFinished(() => watcher.disconnect())
  const seen: string[] = []
  watcher.on('monitor', (_: string, args: string[]) => seen.push(args.join(' ')))
  await redis.client('PAUSE', 2_000)

  await Promise.all(['/problems', '/held'].flatMap((path) => Array.from({ length: 20 }, () => page(path))))
  await redis.echo('all were read')
  await vi.waitFor(() => expect(seen).toContain('echo all were read'))

  const readsOf = (key: string) => seen.filter((line) => line === `hgetall ${key}`).length
  // What is held is read for each of the two lists: what nobody can read of it is a problem.
  expect([readsOf(problems), readsOf(held)]).toEqual([1, 2])
}, 20_000)

it.each(['/login', '/problems', '/board/', '/board/api/queues', '/healthz', '/nowhere'])(
  'protects the answer of %s by headers',
  async (path) => {
    const { headers } = await eve.get(path)

    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cache-control')).toBe('no-store')
  },
)

it('fetches nothing from elsewhere', async () => {
  expect(await page('/board/')).not.toMatch(/(src|href)="(https?:)?\/\//)
})

it('starts without Redis, says on every page that it is away, and recovers whenever it comes', async () => {
  await using server = await startRedis()
  process.kill(server.pid, 'SIGKILL')
  await using late = await startDashboard({
    config: { redis: { url: server.url }, connections: [{ id: 'staff', account: 'acme' }] },
    host: '127.0.0.1',
    port: 0,
    credentials: [OPERATOR],
    log: recordingLog().log,
  })
  const ada = new DashboardVisitor(late.url)
  const statusOf = async (path: string) => (await ada.get(path)).status
  const readiness = (status: number) => vi.waitFor(async () => expect(await statusOf('/readyz')).toBe(status), 10_000)
  const seesRedisAway = async () => {
    for (const path of ['/board/', '/board/api/queues', '/problems', '/held']) {
      const answer = await ada.get(path)
      const text = await answer.text()
      expect([answer.status, text]).toEqual([503, expect.stringContaining('Redis is not reachable')])
      expect(text).toContain('without an append-only file it may have forgotten the last minutes')
    }
    expect(await statusOf('/healthz')).toBe(200)
  }
  expect((await ada.logIn(OPERATOR)).status).toBe(303)
  await seesRedisAway()

  for (let round = 0; round < 2; round++) {
    await server.restart({ crash: true })
    await readiness(200)
    for (const path of ['/board/', '/board/api/queues', '/problems', '/held']) expect(await statusOf(path)).toBe(200)

    process.kill(server.pid, 'SIGKILL')
    await readiness(503)
    await seesRedisAway()
  }
})

describe('without any login set up', () => {
  it('serves this machine, says that it is open, and refuses other names of it', async () => {
    await using open = await startTestDashboard({ credentials: [] })

    const answer = await fetch(`${open.url}/problems`)
    expect(await answer.text()).toContain('No login is set up.')
    // A foreign page can let its own name resolve to 127.0.0.1: it would have our origin.
    expect(await statusFor(open.url, 'evil.example')).toBe(403)
    expect(await statusFor(open.url, 'localhost')).toBe(200)
  })

  it('is open by the socket and the host that was called, whatever a trusted proxy says of them', async () => {
    await using open = await startTestDashboard({ credentials: [], trustProxy: true })

    const forwarded = { 'x-forwarded-host': 'localhost', 'x-forwarded-for': '127.0.0.1' }
    expect(await statusFor(open.url, 'board.acme.com', forwarded)).toBe(403)
    expect(await statusFor(open.url, 'localhost', { 'x-forwarded-host': 'board.acme.com' })).toBe(200)
  })

  it('does not start where others could reach it', async () => {
    await expect(startTestDashboard({ credentials: [], host: '0.0.0.0' })).rejects.toThrow(
      'will not listen on 0.0.0.0 without a login',
    )
  })
})

/** `fetch` will not send another host's name. */
function statusFor(url: string, host: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/problems`, { headers: { ...headers, host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
