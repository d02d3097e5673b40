import { describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { AgentsWithTickets } from '../fixtures/agents-with-tickets.ts'
import { runCli } from '../fixtures/cli.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { personDn } from '../fixtures/people.ts'

const QUEUE = 'user:queue@example.org'
const LIST = 'GET /api/v2/users/\\d+/tickets/assigned'
const MOVE = 'PUT /api/v2/tickets/update_many'
const DELETE = 'DELETE /api/v2/users/\\d+$'
const LEAVE = 'DELETE /api/v2/group_memberships/\\d+$'
const ADAS = ['zd-a: ada 4', 'zd-b: ada 4', 'zd-c: ada 4']
const ada = ({ world }: AgentsWithTickets) => world.zendesk.user('ada@example.org')
const held = async ({ world }: AgentsWithTickets) =>
  (await world.ledger.held()).map(({ operation, cause }) => `${operation}: ${cause}`)
const codes = async ({ world }: AgentsWithTickets) => [
  ...(await world.problems('user')).map(({ code }) => code),
  ...(await world.problems('membership')).map(({ code }) => code),
]

/** Another worker goes on where one was killed, and a full cycle finds nothing left to write. */
async function goOn(agents: AgentsWithTickets): Promise<void> {
  await agents.world.addWorker()
  await agents.world.settled()
  await agents.world.zendesk.forgetRequests()
  await agents.world.fullStep()
  expect(await agents.done()).toEqual([])
}

/** Tags of the open tickets: one of ours for each that was handed over, however often that was begun. */
const tags = async (agents: AgentsWithTickets) =>
  new Set((await agents.tickets()).slice(0, 12).map((ticket) => ticket.tags.join()))

describe.concurrent('a worker that is killed while it deletes an agent with open tickets', () => {
  it.each([
    ['while these are listed', 'timeout-before', LIST],
    ['before these are handed over', 'timeout-before', MOVE],
    ['once these are handed over', 'timeout-after', MOVE],
    ['before the agent is deleted', 'timeout-before', DELETE],
    ['once the agent is deleted', 'timeout-after', DELETE],
  ])('%s, leaves the rest to the next one, and nothing is done twice or half', async (_when, kind, request) => {
    await using agents = await AgentsWithTickets.open(
      QUEUE,
      { deleted: 'delete', ticketTag: 'handed_over' },
      { workers: 0 },
    )
    await killWhileItWaits(agents.world, kind, [request], async () => {
      await agents.giveTickets()
      await agents.leave('deleted')
    })

    await goOn(agents)

    expect(await ada(agents)).toBeUndefined()
    expect(await agents.whose()).toEqual(['zd-a: queue 4', 'zd-b: queue 4', 'zd-c: nobody 4'])
    expect(await tags(agents)).toEqual(new Set(['vip,handed_over']))
    expect(await agents.told()).toEqual([expect.stringMatching(/'ada@.*: 4 stay in their group without an assignee/)])
  })
})

describe.concurrent('a worker that is killed while it takes an agent with open tickets out of a group', () => {
  it.each([
    ['while these are listed', 'timeout-before', LIST],
    ['before these are handed over', 'timeout-before', MOVE],
    ['once these are handed over', 'timeout-after', MOVE],
    ['before the group is left', 'timeout-before', LEAVE],
    ['once the group is left', 'timeout-after', LEAVE],
  ])('%s, leaves the rest to the next one, and other groups as they are', async (_when, kind, request) => {
    await using agents = await AgentsWithTickets.open(QUEUE, { ticketTag: 'handed_over' }, { workers: 0 })
    await killWhileItWaits(agents.world, kind, [request], async () => {
      await agents.giveTickets()
      await agents.leave('out of a group')
    })

    await goOn(agents)

    expect(await agents.world.zendesk.members('zd-a')).not.toContain('ada@example.org')
    expect(await agents.whose()).toEqual(['zd-a: queue 4', 'zd-b: ada 4', 'zd-c: ada 4'])
    expect(await tags(agents)).toEqual(new Set(['vip,handed_over', 'vip']))
    expect(await codes(agents)).toEqual([])
  })
})

it.concurrent('a worker that has the turn to read the tickets of several leavers is killed: the next one goes on', async () => {
  await using agents = await AgentsWithTickets.open('group', {}, { workers: 0 })
  const { world } = agents
  await killWhileItWaits(world, 'timeout-before', [LIST], async () => {
    await agents.giveTickets()
    await agents.leave('disabled')
    await modifyEntry(world.slapd, personDn('bob'), { add: { employeeStatus: 'left' } })
  })

  await goOn(agents)

  expect(await agents.whose()).toEqual(['zd-a: nobody 4', 'zd-b: nobody 4', 'zd-c: nobody 4'])
  const suspended = (await world.zendesk.users()).filter((user) => user.suspended).map(({ email }) => email)
  expect(suspended).toEqual(['ada@example.org', 'bob@example.org'])
  expect(await codes(agents)).toEqual([])
})

describe.concurrent('an agent who is held for open tickets', () => {
  it('stays until an admin approves, also by a worker that is killed while it looks for them', async () => {
    await using agents = await AgentsWithTickets.open('hold', { deleted: 'delete' }, { workers: 0 })
    await killWhileItWaits(agents.world, 'timeout-before', [LIST], async () => {
      await agents.giveTickets()
      await agents.leave('deleted')
    })

    await agents.world.addWorker()
    await agents.world.settled()
    for (let i = 0; i < 3; i++) await agents.world.step()

    expect(await held(agents)).toEqual(['delete user: has open tickets'])
    expect(await agents.done()).toEqual([])
    expect(await agents.whose()).toEqual(ADAS)
    expect(await agents.world.zendesk.members('zd-a')).toContain('ada@example.org')
  })

  it.each([
    ['before they are deleted', 'timeout-before', DELETE],
    ['once they are deleted', 'timeout-after', DELETE],
  ])('and approved, goes once, also by a worker that is killed %s', async (_when, kind, request) => {
    await using agents = await AgentsWithTickets.open('hold', { deleted: 'delete' }, { workers: 0 })
    const { world } = agents
    const prepare = async () => {
      await agents.giveTickets()
      await agents.leave('deleted')
      await world.step()
      await world.step()
    }
    await killWhileItWaits(
      world,
      kind,
      [request],
      () => runCli(world, ['approve', 'staff', '--only', 'users', '--yes']),
      prepare,
    )

    await goOn(agents)

    expect(await ada(agents)).toBeUndefined()
    expect([await held(agents), await codes(agents)]).toEqual([[], []])
    expect(await agents.world.zendesk.members('zd-a')).not.toContain('ada@example.org')
  })
})
