import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import type { ChangeQueue } from '@provisioner/shared/queues.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const people = ['ada', 'bob', 'cid']

/** Some of the directory's people, one thing that can be true of them, and the queue that makes it so in Zendesk. */
interface Change {
  readonly queue: ChangeQueue
  make(world: World, uids: readonly string[]): Promise<void>
  takeBack(world: World, uids: readonly string[]): Promise<void>
}

const status = (value: string) => async (world: World, uids: readonly string[]) => {
  for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: value } })
}
const phone = (value: string) => async (world: World, uids: readonly string[]) => {
  for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: value } })
}
const join = (group: string) => (world: World, uids: readonly string[]) =>
  modifyEntry(world.slapd, groupDn(group), { add: { member: uids.map((uid) => personDn(uid)) } })
const leave = (group: string) => (world: World, uids: readonly string[]) =>
  modifyEntry(world.slapd, groupDn(group), { delete: { member: uids.map((uid) => personDn(uid)) } })

const suspension: Change = { queue: 'users.remove', make: status('left'), takeBack: status('active') }
const newPhone: Change = { queue: 'users.update', make: phone('+492'), takeBack: phone('+491') }
const addition: Change = { queue: 'memberships.add', make: join('zd-new'), takeBack: leave('zd-new') }
const removal: Change = { queue: 'memberships.remove', make: leave('zd-old'), takeBack: join('zd-old') }

it.each([
  ['a suspension', suspension, 'suspend', 'PUT /users/\\d+$', 1],
  ['suspensions in a batch', suspension, 'suspend', 'PUT /update_many$', 2],
  ['a deletion', suspension, 'delete', 'DELETE /users/\\d+$', 1],
  ['deletions in a batch', suspension, 'delete', 'DELETE /destroy_many$', 2],
  ['an update', newPhone, 'suspend', 'PUT /users/\\d+$', 1],
  ['updates in a batch', newPhone, 'suspend', 'PUT /update_many$', 2],
  ['an addition to a group', addition, 'suspend', 'POST /group_memberships$', 1],
  ['additions in a batch', addition, 'suspend', 'POST /create_many$', 2],
  ['a removal from a group', removal, 'suspend', 'DELETE /group_memberships/\\d+$', 1],
  ['removals in a batch', removal, 'suspend', 'DELETE /destroy_many$', 2],
] as const)(
  '%s whose answer is lost, and which the directory has taken back by then, is taken back in Zendesk as well',
  async (_what, { queue, make, takeBack }, disabled, request, count) => {
    const uids = people.slice(0, count)
    await using world = await openWorld({
      ldif: directoryOf(
        people.map((uid) => ({ uid, telephoneNumber: '+491', employeeStatus: 'active' })),
        { agents: people, 'zd-old': people, 'zd-new': ['cid'] },
      ),
      config: { users: { remove: { disabled } } },
      sandbox: { bulkImport: true, clock: 100 },
    })
    await world.step()
    await world.step()
    const before = await state(world)

    const [method, path] = request.split(' ') as [string, string]
    await world.fault({ method, path, kind: 'reset-after', times: 1 })
    await make(world, uids)
    await world.cycle()
    const isLost = () => world.sandbox.requests.some((one) => one.fault === 'reset-after')
    await until(isLost, 10_000, () => `no ${request} was sent`)
    await world.queue(queue).pause()
    await takeBack(world, uids)
    await world.cycle()
    await world.queue(queue).resume()
    await world.settled()
    await world.step()

    expect(await state(world)).toEqual(before)
    expect(await world.ledger.problems()).toEqual([])
  },
)

async function state(world: World) {
  const users = await world.zendesk.users()
  return {
    users: users.map(({ email, suspended, phone: number }) => [email, suspended, number]),
    old: (await world.zendesk.members('zd-old')).sort(),
    new: (await world.zendesk.members('zd-new')).sort(),
  }
}
