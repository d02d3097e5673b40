import { afterEach, describe, expect, it } from 'vitest'
import { AgentsWithTickets, type Leaving } from '../fixtures/agents-with-tickets.ts'
import { runCli } from '../fixtures/cli.ts'

let agents: AgentsWithTickets
afterEach(() => agents?.[Symbol.asyncDispose]())

const plan = async (...options: string[]) => (await runCli(agents.world, ['plan', ...options])).stdout
const looks = () => agents.world.zendesk.requests({ path: /tickets|search/ })

describe('a plan', () => {
  it.each<[string, Leaving, RegExp]>([
    ['user:queue@example.org', 'disabled', /suspend user  ada@example.org  12: 8 to queue@example.org, 4 to nobody/],
    ['group', 'deleted', /tickets of 1 who leave .*: 12, which stay in their group .*\n  suspend user  ada@\S+  12\n/],
    ['group', 'out of a group', /tickets of 1 who leave .*: 4, .*\n  remove member  ada@\S+ in zd-a  4\n/],
    ['group', 'no agent any more', /\n  update user  ada@example.org  12\n/],
    ['hold', 'disabled', /12, for whose sake the agents stay until an admin approves\n/],
  ])('with %s says how many open tickets move, and to whom, when an agent is %s', async (tickets, how, says) => {
    agents = await AgentsWithTickets.open(tickets)
    await agents.begin()

    await agents.leave(how)

    expect(`${await plan()}\n`).toMatch(says)
  })

  it('asks for no tickets where Zendesk decides, unless it is told to, and says then what that does', async () => {
    agents = await AgentsWithTickets.open('leave')
    await agents.begin()
    await agents.leave('disabled')

    const [silent, asked] = [await plan(), await looks()]

    expect(silent).not.toContain('pen tickets')
    expect(asked).toEqual([])
    expect(await plan('--tickets')).toMatch(/Open tickets of 1 who leave .*: 12, which suspended users keep/)
  })

  it('counts the tickets of who is held by the guard as well, and gives them as JSON', async () => {
    const guard = { users: { share: '0%', min: 0 } }
    agents = await AgentsWithTickets.open('group', {}, {}, { guard })
    await agents.begin()
    await agents.leave('disabled')
    await agents.world.step()

    expect(JSON.parse(await plan('--json')).tickets).toMatchObject({
      counted: [{ operation: 'suspend user', label: 'ada@example.org', open: 12, toHeir: 0 }],
      asked: 1,
      notAsked: 0,
    })
  })

  it('says why the tickets are not counted when Zendesk does not let them be read', async () => {
    agents = await AgentsWithTickets.open('group')
    await agents.begin()
    await agents.leave('disabled')
    await agents.world.fault({ method: 'GET', path: 'tickets/assigned', kind: '403', times: 'always' })

    expect(await plan()).toMatch(/ 1 more leave, whose tickets are not counted: GET .*403/)
  })
})
