import { callSandbox } from '@provisioner/sandbox/zendesk-account/sandbox-client.ts'
import type { SandboxOptions } from '@provisioner/sandbox/zendesk-account/sandbox-options.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const AGENT = 11
const OTHER = 12
const GROUP = 2

let redis: Awaited<ReturnType<typeof openRedis>>
beforeAll(async () => void (redis = await openRedis()))
afterAll(() => redis[Symbol.asyncDispose]())

let owned: AsyncDisposableStack
afterEach(() => owned.disposeAsync())

async function open(options: SandboxOptions = {}) {
  owned = new AsyncDisposableStack()
  const users = [AGENT, OTHER].map((id) => ({ id, name: `Agent ${id}`, role: 'agent' }))
  const memberships = users.map(({ id }) => ({ user_id: id, group_id: GROUP }))
  const before = { users, memberships, groups: [{ id: GROUP, name: 'Sales' }] }
  const { sandbox, call } = owned.use(await callSandbox({ before, ...options }))
  const { email, apiToken } = sandbox.credentials
  const header = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  const auth = { header: async () => header, renew: async () => false }
  const { client, exchanges } = owned.use(openClient({ url: sandbox.url, redis: redis.redis, auth }))
  const add = (count: number, ticket: object) => {
    const tickets = Array.from({ length: count }, () => ({ assignee_id: AGENT, group_id: GROUP, ...ticket }))
    return call('POST', '/sandbox/tickets', { tickets })
  }
  const routes = () => exchanges.map(({ route }) => route.slice('/api/v2/'.length))
  /** From now on the index lags; what it has by now it has had for long. */
  const beginLag = () => {
    for (const { indexed } of sandbox.account.tickets.all()) indexed.splice(0, 9, { ...indexed.at(-1)!, at: 0 })
    sandbox.account.settings.searchLagMs = 60_000
  }
  return { tickets: client.tickets, add, call, beginLag, routes }
}

describe('the open tickets of an agent', () => {
  it('are told by one request where the agent has had a hundred at most', async () => {
    const { tickets, add, routes } = await open({ searchLagMs: 60_000 })
    for (const status of ['new', 'open', 'pending', 'hold', 'solved', 'closed']) await add(2, { status })
    await add(1, { status: 'open', assignee_id: OTHER })

    const open8 = await tickets.openOf(AGENT)

    expect(open8.tickets.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect([open8.unlisted, routes()]).toEqual([0, ['users/{id}/tickets/assigned']])
  })

  it.each(['obeyed', 'ignored'] as const)(
    'are told by a search where most are closed, but for those that are another’s by now; sorting is %s',
    async (sortOfAssignedTickets) => {
      const { tickets, add, call, beginLag, routes } = await open({ unknowns: { sortOfAssignedTickets } })
      await add(120, { status: 'open' })
      await add(300, { status: 'closed' })
      beginLag()
      for (const id of [119, 120]) await call('PUT', `/api/v2/tickets/${id}`, { ticket: { assignee_id: OTHER } })
      await call('PUT', '/api/v2/tickets/118', { ticket: { status: 'solved' } })

      const { tickets: found, unlisted } = await tickets.openOf(AGENT)

      expect(found.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 117 }, (_o, i) => i + 1))
      expect([unlisted, new Set(routes()).size]).toEqual([0, 3])
    },
  )

  it('that no search knows as yet are among those that were changed last', async () => {
    const { tickets, add, call, beginLag } = await open()
    await add(150, { status: 'closed' })
    await add(5, { status: 'open', assignee_id: OTHER })
    beginLag()
    await call('PUT', '/api/v2/tickets/153', { ticket: { assignee_id: AGENT } })

    expect((await tickets.openOf(AGENT)).tickets.map(({ id }) => id)).toEqual([153])
  })

  it('beyond the thousand that a search lists are counted', async () => {
    const { tickets, add } = await open()
    await add(1_100, { status: 'open' })

    const { tickets: found, unlisted } = await tickets.openOf(AGENT)

    expect([found.length >= 1_000, unlisted]).toEqual([true, 100])
  })
})

it('tickets are changed together, and a job status tells of each', async () => {
  const { tickets, add, call } = await open()
  await add(2, { status: 'open', tags: ['vip'] })

  const { id } = await tickets.updateMany([1, 2], { assignee_id: OTHER, additional_tags: ['handed_over'] })

  expect(id).toMatch(/^V3-/)
  await expect
    .poll(async () => (await tickets.showMany([1, 2])).map((one) => [one.assignee_id, one['tags']]), { timeout: 9_000 })
    .toEqual([1, 2].map(() => [OTHER, ['vip', 'handed_over']]))
  expect((await call('GET', '/api/v2/tickets/1')).body.ticket.group_id).toBe(GROUP)
})
