import { startZendeskSandbox, type ZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { createClient } from 'node-zendesk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * A client that others wrote for the real Zendesk, and that follows its links: what it can't do with the sandbox, the
 * sandbox does wrong.
 */
const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

let sandbox: ZendeskSandbox
let client: ReturnType<typeof createClient>
beforeAll(async () => {
  sandbox = owned.use(
    await startZendeskSandbox({
      clock: 100,
      limits: 'off',
      searchLagMs: 0,
      before: {
        users: Array.from({ length: 249 }, (_, at) => ({ name: `Nia ${at}`, role: at < 2 ? 'agent' : 'end-user' })),
        groups: Array.from({ length: 101 }, (_, at) => ({ id: at + 1, name: `Team ${at}`, default: at === 0 })),
        organizations: Array.from({ length: 101 }, (_, at) => ({ id: at + 1, name: `Org ${at}` })),
      },
    }),
  )
  const { email: username, apiToken: token } = sandbox.credentials
  client = createClient({ username, token, endpointUri: `${sandbox.url}/api/v2` })
})

/** The client's types don't say what its answers hold. */
const named = (list: unknown) => (list as { name: string }[]).map(({ name }) => name)

describe('node-zendesk', () => {
  it('lists every page of users, groups, memberships and organizations', async () => {
    const [users, groups, memberships, organizations] = await Promise.all([
      client.users.list(),
      client.groups.list(),
      client.groupmemberships.list(),
      client.organizations.list(),
    ])

    expect(new Set(named(users)).size).toBe(251)
    expect(new Set(named(groups)).size).toBe(101)
    expect(memberships).toHaveLength(4)
    expect(new Set(named(organizations)).size).toBe(101)
  })

  it('keeps to what it asked for from page to page', async () => {
    expect(named(await client.users.search({ query: 'nia' }))).toHaveLength(249)
    expect(named(await client.users.search({ query: 'nia', per_page: 100 }))).toHaveLength(249)
    expect(await client.users.listWithFilter('role', 'end-user')).toHaveLength(247)
  })

  it('creates, finds, updates and deletes a user', async () => {
    const { result: ada } = await client.users.create({ user: { name: 'Ada', email: 'ada@acme.example' } })
    const find = async () => named(await client.users.search({ query: 'email:ada@acme.example' }))

    expect(ada).toMatchObject({ id: expect.any(Number), url: `${sandbox.url}/api/v2/users/${ada.id}.json` })
    expect(await find()).toEqual(['Ada'])
    await client.users.update(ada.id, { user: { name: 'Ada Lovelace' } })
    expect((await client.users.show(ada.id)).result).toMatchObject({ name: 'Ada Lovelace' })
    await client.users.delete(ada.id)
    expect(await find()).toEqual([])
  })

  it('creates a group with its member, and follows a job status', async () => {
    const { result: group } = await client.groups.create({ group: { name: 'Pages' } })
    const { result: agent } = await client.users.create({ user: { name: 'Bo', role: 'agent' } })
    const memberships = [{ user_id: agent.id, group_id: (group as { id: number }).id }]
    const { result } = await client.groupmemberships.bulkCreate(memberships)
    const { url, id } = (result as { job_status: { url: string; id: string } }).job_status

    expect(url).toBe(`${sandbox.url}/api/v2/job_statuses/${id}.json`)
    const show = async () => (await client.jobstatuses.show(id)) as { result: { job_status: { status: string } } }
    await expect.poll(async () => (await show()).result.job_status.status, { timeout: 10_000 }).toBe('completed')
    expect(await client.groupmemberships.listByGroup(memberships[0]!.group_id)).toHaveLength(1)
  })
})

it('links carry the host that was called, whichever of its names', async () => {
  const { port } = new URL(sandbox.url)
  const authorization = `Basic ${Buffer.from(`${sandbox.credentials.email}/token:${sandbox.credentials.apiToken}`).toString('base64')}`
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    const get = async (path: string) =>
      (await (await fetch(`http://${host}/api/v2/${path}`, { headers: { authorization } })).json()) as never
    const origin = `http://${host}`

    const { users, next_page: nextPage } = (await get('users.json')) as { users: { url: string }[]; next_page: string }
    const { links } = (await get('users.json?page[size]=10')) as { links: { next: string } }

    expect([new URL(users[0]!.url).origin, new URL(nextPage).origin, new URL(links.next).origin]).toEqual([
      origin,
      origin,
      origin,
    ])
  }
})
