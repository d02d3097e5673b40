import { afterEach, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { AgentsWithTickets } from '../fixtures/agents-with-tickets.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

let agents: AgentsWithTickets
afterEach(() => agents?.[Symbol.asyncDispose]())

const QUEUE = 'user:queue@example.org'
const MOVE = 'PUT tickets/update_many'
const ADAS = ['zd-a: ada 4', 'zd-b: ada 4', 'zd-c: ada 4']
const NOBODYS = ['zd-a: nobody 4', 'zd-b: nobody 4', 'zd-c: nobody 4']
const suspended = async () => (await agents.world.zendesk.user('ada@example.org'))?.suspended
const looks = () => agents.world.zendesk.requests({ path: /tickets|search/ })

it('the tickets of a leaver who stays, being the last admin, are theirs', async () => {
  agents = await AgentsWithTickets.open('group')
  await agents.begin()
  const { world } = agents
  const { users, ownerId, apiUserId } = world.sandbox.account
  await world.zendesk.call('PUT', `/api/v2/users/${await agents.idOf('ada')}`, { user: { role: 'admin' } })
  for (const id of [ownerId, apiUserId]) users.get(id)!.role = 'agent'
  await agents.leave('disabled')
  await world.step()

  expect((await world.problems('user')).map(({ code }) => code)).toEqual(['LAST_ADMIN'])
  expect(await suspended()).toBe(false)
  expect(await agents.whose()).toEqual(ADAS)
})

it('the tickets of leavers are not given to one of them', async () => {
  agents = await AgentsWithTickets.open(QUEUE)
  await agents.begin()
  const { world } = agents

  await world.queue('users.remove').pause()
  await agents.leave('disabled')
  await modifyEntry(world.slapd, personDn('queue'), { add: { employeeStatus: 'left' } })
  await world.cycle()
  await world.queue('users.remove').resume()
  await world.settled()

  expect(await agents.whose()).toEqual(NOBODYS)
  expect(await agents.told()).toEqual([expect.stringMatching(/'ada@.*: 12 stay.*who is to have them leaves as well/)])
})

it('the tickets of many leavers are listed once for each, and moved by a hundred, before anybody goes', async () => {
  const uids = Array.from({ length: 25 }, (_one, i) => `agent${i}`)
  const ldif = directoryOf(
    uids.map((uid) => ({ uid })),
    { agents: uids, 'zd-a': uids },
  )
  agents = new AgentsWithTickets(await openWorld({ ldif, config: { users: { remove: { tickets: 'group' } } } }))
  const { world } = agents
  await world.step()
  const group = (await world.zendesk.groups()).find(({ name }) => name === 'zd-a')
  const all = (await world.zendesk.users()).flatMap(({ id }) =>
    Array.from({ length: 6 }, () => ({ assignee_id: id, group_id: group!.id, status: 'open' })),
  )
  await world.zendesk.call('POST', '/sandbox/tickets', { tickets: all })
  await world.zendesk.forgetRequests()

  // one batch has them all
  await world.queue('users.remove').pause()
  for (const uid of uids) await deleteEntry(world.slapd, personDn(uid))
  await world.cycle()
  await world.queue('users.remove').resume()
  await world.settled()

  expect(await agents.whose()).toEqual(['zd-a: nobody 150'])
  expect(await agents.done()).toEqual([
    ...[MOVE, MOVE, 'PUT users/update_many', 'POST users/logout_many'],
    'DELETE group_memberships/destroy_many',
  ])
  // each is looked at again before the group is left, and has none any more
  expect(await looks()).toHaveLength(25 + 2 + 25)
})
