import { afterEach, describe, expect, it } from 'vitest'
import { AgentsWithTickets, type Leaving } from '../fixtures/agents-with-tickets.ts'
import { runCli } from '../fixtures/cli.ts'

let agents: AgentsWithTickets
afterEach(() => agents?.[Symbol.asyncDispose]())

const ADAS = ['zd-a: ada 4', 'zd-b: ada 4', 'zd-c: ada 4']
const ada = () => agents.world.zendesk.user('ada@example.org')
const held = async () => (await agents.world.ledger.held()).map(({ operation, cause }) => `${operation}: ${cause}`)
const codes = async () => [
  ...(await agents.world.problems('user')).map(({ code }) => code),
  ...(await agents.world.problems('membership')).map(({ code }) => code),
]

describe('an agent with open tickets who leaves, where such a one is held', () => {
  it.each<[Leaving, string, string]>([
    ['disabled', 'suspend', 'suspend user: has open tickets'],
    ['deleted', 'suspend', 'suspend user: has open tickets'],
    ['deleted', 'delete', 'delete user: has open tickets'],
    ['no agent any more', 'suspend', 'update user: has open tickets'],
  ])(
    'by being %s (%s) stays as they are, groups and tickets too, until an admin approves',
    async (how, what, asked) => {
      agents = await AgentsWithTickets.open('hold', { deleted: what })
      await agents.begin()
      await agents.leave(how)
      await agents.world.step()
      const told = [...(await codes()), ...(await held())]
      const written = await agents.done()
      await agents.world.step()
      await agents.world.step()
      const waits = [await held(), await agents.whose(), await agents.done(), (await ada())?.suspended]
      const members = await agents.world.zendesk.members('zd-a')

      await runCli(agents.world, ['approve', 'staff', '--only', 'users'])
      await agents.world.step()
      await agents.world.step()

      // a cycle that still looks at Zendesk when the worker refuses holds it already
      expect(told.some((one) => one === 'LEAVER_HAS_TICKETS' || one === asked)).toBe(true)
      expect(written).toEqual([])
      expect(waits).toEqual([[asked], ADAS, [], false])
      expect(members).toContain('ada@example.org')
      const user = await ada()
      expect(what === 'delete' ? user : user?.suspended || user?.role === 'end-user').toBe(
        what === 'delete' ? undefined : true,
      )
      expect(await held()).toEqual([])
      expect(await codes()).toEqual([])
      if (how === 'deleted') expect(await agents.world.zendesk.members('zd-a')).not.toContain('ada@example.org')
    },
  )

  it('goes at once without any, and stays for good when they are back', async () => {
    agents = await AgentsWithTickets.open('hold')
    await agents.begin()
    await agents.leave('disabled')
    await agents.world.step()
    await agents.world.step()
    const waits = await held()

    await agents.comeBack()
    await agents.world.step()
    const back = [await held(), await codes(), (await ada())?.suspended]
    for (const { id, status } of await agents.tickets())
      if (status !== 'closed')
        await agents.world.zendesk.call('PUT', `/api/v2/tickets/${id}`, {
          ticket: { assignee_id: await agents.idOf('bob') },
        })
    await agents.leave('disabled')
    await agents.world.step()

    expect(waits).toEqual(['suspend user: has open tickets'])
    expect(back).toEqual([[], [], false])
    expect((await ada())?.suspended).toBe(true)
    expect(await codes()).toEqual([])
  })

  it('goes, and it is told, when Zendesk does not say whether they have any', async () => {
    agents = await AgentsWithTickets.open('hold')
    await agents.begin()
    await agents.world.fault({ method: 'GET', path: 'tickets/assigned', kind: '403', times: 'always' })

    await agents.leave('disabled')
    await agents.world.step()

    expect((await ada())?.suspended).toBe(true)
    expect(await agents.told()).toEqual([expect.stringMatching(/could not be listed/)])
  })
})
