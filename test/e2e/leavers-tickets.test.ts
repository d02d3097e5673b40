import { afterEach, describe, expect, it } from 'vitest'
import { AgentsWithTickets, type Leaving } from '../fixtures/agents-with-tickets.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'

let agents: AgentsWithTickets
afterEach(() => agents?.[Symbol.asyncDispose]())

const QUEUE = 'user:queue@example.org'
const MOVE = 'PUT tickets/update_many'
const SUSPEND = 'PUT users/*'
const DELETE = 'DELETE users/*'
const ADAS = ['zd-a: ada 4', 'zd-b: ada 4', 'zd-c: ada 4']
const NOBODYS = ['zd-a: nobody 4', 'zd-b: nobody 4', 'zd-c: nobody 4']
const QUEUES = ['zd-a: queue 4', 'zd-b: queue 4', 'zd-c: nobody 4']
const suspended = async () => (await agents.world.zendesk.user('ada@example.org'))?.suspended
const looks = () => agents.world.zendesk.requests({ path: /tickets|search/ })

describe('the open tickets of an agent who leaves', () => {
  it.each<[Leaving, string]>([
    ['disabled', 'suspend'],
    ['disabled', 'delete'],
    ['deleted', 'suspend'],
    ['deleted', 'delete'],
    ['out of scope', 'suspend'],
    ['out of scope', 'delete'],
  ])('by being %s (%s) go first, to the group or to who is named, and only then the agent does', async (how, what) => {
    const remove = { disabled: what, deleted: what, outOfScope: what, ticketTag: 'handed_over' }
    const removal = what === 'delete' ? DELETE : SUSPEND
    agents = await AgentsWithTickets.open('group', remove)
    await agents.begin()
    await agents.leave(how)
    await agents.world.step()
    const [group, order] = [await agents.whose(), await agents.done()]
    await agents[Symbol.asyncDispose]()
    agents = await AgentsWithTickets.open(QUEUE, remove)
    await agents.begin()

    await agents.leave(how)
    await agents.world.step()

    expect(group).toEqual(NOBODYS)
    expect(order.slice(0, 2)).toEqual([MOVE, removal])
    expect(await agents.whose()).toEqual(QUEUES)
    expect((await agents.done()).slice(0, 3)).toEqual([MOVE, MOVE, removal])
    const moved = (await agents.tickets()).slice(0, 12)
    expect(moved.map(({ tags }) => tags.join())).toEqual(Array.from({ length: 12 }, () => 'vip,handed_over'))
    expect(await agents.told()).toEqual([
      expect.stringMatching(
        /'ada@.*: 4 stay in their group without an assignee: 'queue@.* is not in the tickets' group/,
      ),
    ])
  })

  it('stay as Zendesk has them where nothing is configured, and nobody asks for them', async () => {
    agents = await AgentsWithTickets.open('leave')
    await agents.begin()

    await agents.leave('disabled')
    await agents.world.step()

    expect(await agents.whose()).toEqual(ADAS)
    expect(await looks()).toEqual([])
  })

  it('go before a lower role does, and before a group is left, those of that group', async () => {
    agents = await AgentsWithTickets.open('group')
    await agents.begin()

    await agents.leave('out of a group')
    await agents.world.step()
    const [left, order] = [await agents.whose(), await agents.done()]
    await agents.world.zendesk.forgetRequests()
    await agents.leave('no agent any more')
    await agents.world.step()

    expect(left).toEqual(['zd-a: nobody 4', 'zd-b: ada 4', 'zd-c: ada 4'])
    expect(order).toEqual([MOVE, 'DELETE group_memberships/*'])
    expect(await agents.whose()).toEqual(NOBODYS)
    expect((await agents.done()).slice(0, 2)).toEqual([MOVE, SUSPEND])
    expect(await agents.world.zendesk.user('ada@example.org')).toMatchObject({ role: 'end-user', suspended: false })
    expect(await agents.told()).toEqual([])
  })

  it('that are solved or closed are nobody’s to move, and an end user has none to ask for', async () => {
    agents = await AgentsWithTickets.open('group')
    await agents.begin()
    const ada = await agents.idOf('ada')

    await agents.leave('no agent any more')
    await agents.world.step()
    await agents.world.zendesk.forgetRequests()
    await agents.leave('deleted')
    await agents.world.step()

    expect((await agents.tickets()).at(-1)).toMatchObject({ status: 'closed', assignee_id: ada })
    expect(await suspended()).toBe(true)
    expect(await looks()).toEqual([])
  })
})

describe('a hand-over of tickets that fails', () => {
  it.each([
    ['Zendesk refuses the list', { method: 'GET', path: 'tickets/assigned', kind: '403' }, /could not be listed/],
    ['the list is not answered', { method: 'GET', path: 'tickets/assigned', kind: 'timeout-before' }, /not be listed/],
    ['Zendesk refuses the change', { method: 'PUT', path: 'update_many', kind: '422' }, /12 were not moved: .*422/],
    ['the account’s limit is used up', { method: 'PUT', path: 'update_many', kind: '429' }, /12 were not moved/],
  ])('is told, and the agent goes all the same: %s', async (_what, fault, words) => {
    agents = await AgentsWithTickets.open('group')
    await agents.begin()
    await agents.world.fault({ ...fault, times: 'always' })

    await agents.leave('disabled')
    await agents.world.step()

    expect(await suspended()).toBe(true)
    expect(await agents.told()).toEqual([expect.stringMatching(words)])
    expect(await agents.whose()).toEqual(ADAS)
  })

  it('names the scope that the OAuth client lacks', async () => {
    agents = await AgentsWithTickets.open('group')
    await agents.begin()
    await agents.world.fault({ method: 'GET', path: 'tickets/assigned', kind: '403-scope', times: 1 })

    await agents.leave('disabled')
    await agents.world.step()

    expect(await agents.told()).toEqual([expect.stringMatching(/lacks the scope/)])
    expect((await agents.world.problems('account')).map(({ code }) => code)).toContain('ZENDESK_SCOPE_MISSING')
  })

  it.each([
    ['nobody has', undefined, `Zendesk has no user 'queue@example.org'`],
    ['is suspended', { suspended: true }, `'queue@example.org' is suspended`],
    ['is a light agent', { custom_role_id: 9 }, 'Assignee: is invalid'],
    ['is an end user', { role: 'end-user' }, `'queue@example.org' is no team member`],
  ])('leaves them in their group when the address that is to have them %s', async (_why, change, words) => {
    const customRoles = [{ id: 9, name: 'Light agent', role_type: 1 }]
    agents = await AgentsWithTickets.open(QUEUE, {}, { sandbox: { before: { customRoles } } })
    await agents.begin()
    const { zendesk } = agents.world
    if (change) await zendesk.call('PUT', `/api/v2/users/${await agents.idOf('queue')}`, { user: change })
    else await zendesk.call('DELETE', `/api/v2/users/${await agents.idOf('queue')}`)

    await agents.leave('disabled')
    await agents.world.step()

    expect(await suspended()).toBe(true)
    expect(await agents.whose()).toEqual(NOBODYS)
    expect(await agents.told()).toEqual([expect.stringContaining(words)])
  })

  it.each([
    ['is lost', 'reset-after'],
    ['has no results', 'results-null'],
    ['ends half way', 'job-failed'],
  ])('is looked at, and what is left is moved, when the answer to the change %s', async (_how, kind) => {
    agents = await AgentsWithTickets.open('group', { ticketTag: 'handed_over' })
    await agents.begin()
    await agents.world.fault({ method: 'PUT', path: 'tickets/update_many', kind, times: 1 })

    await agents.leave('disabled')
    await agents.world.step()

    expect(await agents.whose()).toEqual(NOBODYS)
    expect([await suspended(), await agents.told()]).toEqual([true, []])
  })
})

describe('a worker that is killed while it hands tickets over', () => {
  it.each([
    ['before Zendesk has the change', 'timeout-before', '/api/v2/tickets/update_many'],
    ['once Zendesk has the change', 'timeout-after', '/api/v2/tickets/update_many'],
    ['after the tickets, before the suspension', 'timeout-before', '/api/v2/users/\\d+$'],
    ['after the tickets, and before the suspension is recorded', 'timeout-after', '/api/v2/users/\\d+$'],
  ])('%s, leaves the rest to the next one, and nothing is done twice or half', async (_when, kind, path) => {
    agents = await AgentsWithTickets.open(QUEUE, { ticketTag: 'handed_over' }, { workers: 0 })
    await killWhileItWaits(agents.world, kind, [`PUT ${path}`], async () => {
      await agents.giveTickets()
      await agents.leave('disabled')
    })

    await agents.world.addWorker()
    await agents.world.settled()

    expect(await suspended()).toBe(true)
    expect(await agents.whose()).toEqual(QUEUES)
    const tags = (await agents.tickets()).slice(0, 12).map((ticket) => ticket.tags.join())
    expect(tags).toEqual(Array.from({ length: 12 }, () => 'vip,handed_over'))
    expect(await agents.told()).toEqual([expect.stringMatching(/'ada@.*: 4 stay in their group without an assignee/)])
    await agents.world.zendesk.forgetRequests()
    await agents.world.fullStep()
    expect(await agents.done()).toEqual([])
  })
})
