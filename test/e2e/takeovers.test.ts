import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import type { ShownUser } from '../fixtures/zendesk-view.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const BOSS = { name: 'The Boss', email: 'boss@example.org', role: 'admin' }

async function existing(user: object): Promise<ShownUser> {
  const body = { user: { skip_verify_email: true, verified: true, ...user } }
  return (await world.zendesk.call<{ user: ShownUser }>('POST', '/api/v2/users', body)).user
}

const zendeskUser = async (id: number) => {
  const { name, email, role, external_id } = (
    await world.zendesk.call<{ user: ShownUser }>('GET', `/api/v2/users/${id}`)
  ).user
  return { name, email, role, external_id }
}
const untouched = { ...BOSS, external_id: null }
const of = (filter: string) => ({ users: { locations: [{ base: 'ou=people,dc=example,dc=org', filter }] } })
/** Two connections, one of them for guests. */
const GUESTS_APART = {
  config: of('(!(employeeType=guest))'),
  others: [{ id: 'guests', ...of('(employeeType=guest)') }],
}
const adoptions = async () => (await world.ledger.held()).filter(({ category }) => category === 'adoptions')

describe('an admin of Zendesk whom the directory does not know', () => {
  it.each<[how: string, appear: () => Promise<void>]>([
    [
      'a new entry',
      () => addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', mail: 'boss@example.org', cn: 'Eve' })),
    ],
    [
      'an entry that gets an address at last',
      () => modifyEntry(world.slapd, personDn('nobody'), { add: { mail: 'BOSS@example.org' } }),
    ],
    [
      'an entry that edits its own address',
      () => modifyEntry(world.slapd, personDn('ada'), { replace: { mail: 'boss@example.org' } }),
    ],
    ['an alias', () => modifyEntry(world.slapd, personDn('ada'), { add: { mail: 'boss@example.org' } })],
    [
      'a new entry with the address that the admin has as a secondary one',
      () => addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', mail: 'chief@example.org' })),
    ],
  ])('is not handed to %s', async (_how, appear) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'nobody', mail: null }]),
      config: { users: { match: 'email' } },
    })
    await world.step()
    const { id } = await existing(BOSS)
    await world.zendesk.call('POST', `/api/v2/users/${id}/identities`, {
      identity: { type: 'email', value: 'chief@example.org', verified: true },
    })

    await appear()
    await world.step()
    await world.fullStep()

    expect(await zendeskUser(id)).toEqual(untouched)
    expect(await world.zendesk.addresses(id)).toEqual(['boss@example.org', 'chief@example.org'])
  })

  it('is not handed to an entry by a mapped external id', async () => {
    world = await openWorld({
      ldif: directoryOf([]),
      config: { users: { match: 'external_id', map: { external_id: 'employeeNumber' } } },
    })
    const { id } = await existing({ ...BOSS, external_id: '4711' })
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', employeeNumber: '4711' }))

    await world.step()
    await world.fullStep()

    expect(await zendeskUser(id)).toEqual({ ...BOSS, external_id: '4711' })
    expect(await adoptions()).toHaveLength(1)
  })

  it('is not handed to an entry of another connection, nor over from one that has them', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'boss', cn: 'The Boss' }]),
      ...GUESTS_APART,
    })
    const { id } = await existing(BOSS)
    await world.step()
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    const linked = await zendeskUser(id)
    await addEntry(
      world.slapd,
      personDn('eve'),
      person({ uid: 'eve', cn: 'Eve', mail: 'boss@example.org', employeeType: 'guest' }),
    )
    await world.step()
    await modifyEntry(world.slapd, personDn('boss'), { replace: { employeeStatus: 'left', mail: 'x@example.org' } })
    await world.step()
    await world.fullStep()

    expect(linked).toMatchObject({ name: 'The Boss', external_id: expect.any(String) })
    expect(await zendeskUser(id)).toMatchObject({ name: 'The Boss', email: 'boss@example.org' })
  })

  it('loses access when the entry leaves, although one of another connection waits for the address', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'boss' }, { uid: 'eve', mail: 'boss@example.org', employeeType: 'guest' }]),
      ...GUESTS_APART,
    })
    const { id } = await existing(BOSS)
    await world.step()
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    await world.step()

    await deleteEntry(world.slapd, personDn('boss'))
    await world.step()
    const { user } = await world.zendesk.call<{ user: ShownUser }>('GET', `/api/v2/users/${id}`)
    await world.fullStep()

    expect(user).toMatchObject({ name: 'boss', suspended: true })
    expect(await zendeskUser(id)).toMatchObject({ name: 'boss', email: 'boss@example.org' })
  })

  it('is not handed to a new entry with the address of one that left, whatever emailReuse says', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'boss' }]), config: { users: { emailReuse: 'relink' } } })
    await existing(BOSS)
    await world.step()
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    const { id } = (await world.zendesk.user('boss@example.org'))!
    await existing({ name: 'other admin', email: 'other@example.org', role: 'admin' })
    await deleteEntry(world.slapd, personDn('boss'))
    await world.step()

    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', mail: 'boss@example.org' }))
    await world.step()
    await world.fullStep()

    expect(await zendeskUser(id)).toMatchObject({ name: 'boss', role: 'admin' })
    expect((await world.zendesk.user('boss@example.org'))?.suspended).toBe(true)
    expect(await adoptions()).toHaveLength(1)
  })

  it('is shown with role, last sign-in and groups, and handed over once that is approved', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'boss', cn: 'Ada' }]) })
    const { id } = await existing(BOSS)
    await world.step()
    const held = await adoptions()
    const shown = await runCli(world, ['held'])

    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    const linked = await zendeskUser(id)
    await modifyEntry(world.slapd, personDn('boss'), { replace: { mail: 'mine@example.org', cn: 'Eve' } })
    await world.step()
    await world.fullStep()

    expect(held).toMatchObject([{ operation: 'link user', label: 'boss@example.org' }])
    expect(shown.stdout).toContain(`admin, Zendesk user ${id} 'The Boss', never signed in, groups: Support`)
    expect(linked).toMatchObject({ name: 'Ada', role: 'admin', external_id: expect.any(String) })
    expect(await zendeskUser(id)).toEqual(linked)
    expect((await adoptions()).map(({ cause }) => cause)).toEqual([
      'another address for an admin: "boss@example.org" → "mine@example.org"',
      'another name for an admin: "Ada" → "Eve"',
    ])
  })

  it('is not handed to a creation that meets the admin only in Zendesk’s refusal', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'boss', cn: 'Eve' }]), workers: 0 })
    await world.cycle()
    const { id } = await existing(BOSS)

    await world.addWorker()
    await world.settled()
    await world.step()
    await world.step()

    expect(await zendeskUser(id)).toEqual(untouched)
    expect(await adoptions()).toHaveLength(1)
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    expect(await zendeskUser(id)).toMatchObject({ name: 'Eve', external_id: expect.any(String) })
    expect(await world.problems('user')).toEqual([])
  })

  it('who is promoted after their entry was linked keeps name and address until that is approved', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', cn: 'Ada' }]) })
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { role: 'admin' } })

    await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: 'eve@example.org', cn: 'Eve' } })
    await world.step()

    expect(await zendeskUser(id)).toMatchObject({ name: 'Ada', email: 'ada@example.org' })
    expect(await adoptions()).toHaveLength(2)
  })
})

describe('an agent of Zendesk', () => {
  it.each<[mapped: string, agents: string[], held: number]>([
    ['agent', ['ada'], 0],
    ['end user', [], 1],
  ])('is linked unasked only when the entry is mapped as high: mapped to %s', async (_mapped, agents, held) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', cn: 'Ada' }], { agents }) })
    const { id } = await existing({ name: 'Old', email: 'ada@example.org', role: 'agent' })

    await world.step()

    expect(await adoptions()).toHaveLength(held)
    expect((await zendeskUser(id)).name).toBe(held > 0 ? 'Old' : 'Ada')
  })

  it('loses no group for an adoption that waits', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'boss' }], { agents: ['boss'], 'zd-sales': ['boss'] }) })
    const { id } = await existing(BOSS)
    const { group } = await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', {
      group: { name: 'zd-sales' },
    })
    await world.zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: id, group_id: group.id },
    })

    await world.step()
    await world.fullStep()
    const before = await world.zendesk.members('zd-sales')
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-sales'), { replace: { member: 'cn=nobody,dc=example,dc=org' } })
    await world.step()

    expect(before).toEqual(['boss@example.org'])
    expect(await world.zendesk.members('zd-sales')).toEqual([])
  })
})
