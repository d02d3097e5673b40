import { createHmac, randomUUID } from 'node:crypto'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { forgetLooks, newestLook, readLooks } from '@provisioner/shared/ledger/looks.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { STAFF } from '../../fixtures/staff.ts'
import { startTestDashboard, type TestDashboard } from '../../fixtures/start-test-dashboard.ts'

const SECRET = 'c2VjcmV0IG9mIHRoZSB3ZWJob29r'
const PARTNERS = { account: 'acme', connection: 'partners' }

let dashboard: TestDashboard
beforeAll(async () => {
  dashboard = await startTestDashboard({ webhookSecret: `acme:older acme:${SECRET}` })
})
afterAll(() => dashboard[Symbol.asyncDispose]())
beforeEach(async () => {
  await dashboard.redis.flushall()
  await dashboard.redis.hset(accountKeys('acme').owners('user'), '7', 'staff|u|7', '8', 'partners|u8')
})

const event = (what: string, user: number, rest: object = {}) =>
  JSON.stringify({ id: randomUUID(), type: `zen:event-type:user.${what}`, detail: { id: String(user) }, ...rest })

function deliver(body: string, { url = dashboard.url, secret = SECRET } = {}): Promise<Response> {
  const timestamp = new Date().toISOString()
  const signature = createHmac('sha256', secret)
    .update(timestamp + body)
    .digest('base64')
  const headers = {
    'content-type': 'application/json',
    'x-zendesk-webhook-signature': signature,
    'x-zendesk-webhook-signature-timestamp': timestamp,
  }
  return fetch(`${url}/webhooks/zendesk`, { method: 'POST', headers, body })
}

const looks = async () =>
  Promise.all([STAFF, PARTNERS].map(async (name) => [...(await readLooks(dashboard.redis, name)).keys()].sort()))

describe('a webhook of Zendesk', () => {
  it('has the connection that has the user look at them, and asks for no login', async () => {
    expect((await deliver(event('name_changed', 7))).status).toBe(204)
    expect((await deliver(event('notes_changed', 8))).status).toBe(204)
    expect((await deliver(event('notes_changed', 9))).status).toBe(204)
    expect(await looks()).toEqual([['user|u|7'], ['user|u8']])
  })

  it('of a membership has every connection look, for nobody may have the user', async () => {
    await deliver(event('group_membership_created', 9, { event: { group_id: '5' } }))

    expect(await looks()).toEqual([['member|9|5|there'], ['member|9|5|there']])
  })

  it('counts once, however many arrive at once', async () => {
    const body = event('name_changed', 7)

    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(body)))

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400, 400])
    const [key] = await dashboard.redis.keys('*delivery*')
    expect(await dashboard.redis.pttl(key!)).toBeGreaterThan(10 * 60_000)
  })

  it('of something else is taken and brings nothing about', async () => {
    const body = JSON.stringify({ id: 't-1', type: 'zen:event-type:ticket.created', detail: { id: '7' } })

    expect([(await deliver(body)).status, await looks()]).toEqual([204, [[], []]])
  })

  it.each([
    ['that is no event', 'no JSON', SECRET, 400],
    ['that somebody else signed', event('name_changed', 7), 'another', 401],
    ['of more than 256 KiB', event('name_changed', 7, { event: { current: 'x'.repeat(256 * 1024) } }), SECRET, 413],
  ])('%s is refused', async (_what, body, secret, status) => {
    expect([(await deliver(body, { secret })).status, await looks()]).toEqual([status, [[], []]])
    expect(JSON.stringify(dashboard.lines)).not.toContain(SECRET)
  })

  it('opens nothing else: pages and actions ask for the login as before', async () => {
    const answers = await Promise.all([
      fetch(`${dashboard.url}/webhooks/zendesk`),
      fetch(`${dashboard.url}/problems`),
      fetch(`${dashboard.url}/board/api/queues/staff.cycle/add`, { method: 'POST', body: '{}' }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([404, 401, 401])
  })

  it('is answered 503 while Redis does not take it, and is new when it comes again', async () => {
    const body = event('name_changed', 7)
    await dashboard.redis.set(connectionKeys(PARTNERS).looks, 'no sorted set')
    await dashboard.redis.hset(accountKeys('acme').owners('user'), '7', 'partners|u7')

    const first = await deliver(body)
    await dashboard.redis.del(connectionKeys(PARTNERS).looks)
    const second = await deliver(body)

    expect([first.status, first.headers.get('retry-after'), second.status]).toEqual([503, '10', 204])
    expect(await looks()).toEqual([[], ['user|u7']])
  })

  it('does not exist where no signing secret is set', async () => {
    await using other = await startTestDashboard()

    expect((await deliver(event('name_changed', 7), { url: other.url })).status).toBe(404)
  })

  it('is taken 6,000 times a minute from one peer, and then refused until the minute is over', async () => {
    await using other = await startTestDashboard({
      webhookSecret: SECRET,
      config: { ...ONE_ACCOUNT, redis: { url: dashboard.server.url } },
    })
    const statuses = new Set<number>()
    const body = event('name_changed', 7)
    for (let i = 0; i < 61; i++)
      for (const { status } of await Promise.all(
        Array.from({ length: 100 }, () => deliver(body, { url: other.url, secret: 'wrong' })),
      ))
        statuses.add(status)

    const refused = await deliver(event('name_changed', 7), { url: other.url })

    expect([...statuses, refused.status]).toEqual([401, 429, 429])
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  }, 60_000)
})

const ONE_ACCOUNT = { connections: [{ id: 'staff', account: 'acme' }] }

describe('what is to be looked at', () => {
  it('is forgotten once it was, unless it was asked for again meanwhile', async () => {
    const { redis } = dashboard
    await deliver(event('name_changed', 7))
    const asked = await readLooks(redis, STAFF)
    const [[member, at]] = [...asked] as [[string, number]]

    await redis.zadd(connectionKeys(STAFF).looks, at + 1, member)
    await forgetLooks(redis, STAFF, asked)
    expect(await newestLook(redis, STAFF)).toBe(at + 1)

    await forgetLooks(redis, STAFF, await readLooks(redis, STAFF))
    expect([await newestLook(redis, STAFF), (await readLooks(redis, STAFF)).size]).toEqual([0, 0])
  })
})
