import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

it.each([
  ['alone', ['ada'], []],
  ['together', ['ada', 'bob'], []],
  ['alone, and sent anew with another token', ['ada'], ['token-expired']],
  ['alone, after one whose answer was lost', ['ada'], ['503']],
])(
  'a user whose deletion was refused (%s), and who is erased by hand after that, waits for approval when they are back',
  async (_how, uids, faults) => {
    await using world = await openWorld({
      ldif: directoryOf([...uids, 'zed'].map((uid) => ({ uid }))),
      config: { users: { remove: { disabled: 'delete' } } },
    })
    await world.step()
    const setTickets = async (id: number, count: number) =>
      world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count })
    const users = (await world.zendesk.users()).filter(({ name }) => uids.includes(name))
    const setStatus = async (employeeStatus: string) => {
      for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus } })
      await world.step()
    }
    for (const { id } of users) await setTickets(id, 1)
    for (const kind of faults) await world.fault({ method: 'DELETE', path: '/users/\\d+$', kind, times: 1 })
    await setStatus('left')
    const suspended = (await world.zendesk.users()).filter((user) => user.suspended).map(({ name }) => name)
    for (const { id } of users) {
      await setTickets(id, 0)
      await world.zendesk.call('DELETE', `/api/v2/users/${id}`)
    }

    await setStatus('active')
    await world.step()
    await world.fullStep()

    expect(suspended).toEqual(uids)
    expect((await world.zendesk.users()).map(({ name }) => name)).toEqual(['zed'])
    expect((await world.ledger.held()).map(({ category }) => category)).toEqual(uids.map(() => 'recreations'))
  },
)
