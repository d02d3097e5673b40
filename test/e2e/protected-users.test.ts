import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import type { ShownUser } from '../fixtures/zendesk-view.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

async function existing(user: object, ...others: string[]): Promise<number> {
  const body = { user: { skip_verify_email: true, verified: true, ...user } }
  const { id } = (await world.zendesk.call<{ user: ShownUser }>('POST', '/api/v2/users', body)).user
  for (const value of others)
    await world.zendesk.call('POST', `/api/v2/users/${id}/identities`, {
      identity: { type: 'email', value, verified: true },
    })
  return id
}

const zendeskUser = async (id: number) =>
  (await world.zendesk.call<{ user: ShownUser }>('GET', `/api/v2/users/${id}`)).user
const codes = async () => (await world.problems('user')).map(({ code }) => code)
const writesTo = async (id: number) =>
  (await world.zendesk.writes()).filter(({ path, body }) => `${path} ${JSON.stringify(body)}`.includes(String(id)))

it('accounts.*.protect takes `*` for any characters, / among them', async () => {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'eve', mail: 'sales/emea@board.example', cn: 'Eve' }]),
    config: { account: { protect: [' *@Board.example'] } },
  })
  const id = await existing({ name: 'Vip', email: 'sales/emea@board.example' })

  await world.step()

  expect(await zendeskUser(id)).toMatchObject({ name: 'Vip', external_id: null })
})

describe('a user whom accounts.*.protect names', () => {
  it.each([
    ['the primary address', 'vip@example.org', ['vip@example.org']],
    ['a pattern', 'v*@example.org', ['vip@example.org']],
    ['a secondary address', 'old-vip@example.org', ['vip@example.org', 'old-vip@example.org']],
  ])('is never linked: by %s', async (_how, pattern, [email, ...others]) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'vip', cn: 'Eve' }]),
      config: { account: { protect: [pattern] } },
    })
    const id = await existing({ name: 'Vip', email }, ...others)
    await world.zendesk.forgetRequests()

    await world.step()
    await world.fullStep()

    expect(await zendeskUser(id)).toMatchObject({ name: 'Vip', external_id: null })
    expect([await codes(), await writesTo(id)]).toEqual([['USER_PROTECTED'], []])
  })

  it('is protected by any of a team member’s addresses that matches a pattern', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'vip', cn: 'Eve' }], { agents: ['vip'] }),
      config: { account: { protect: ['*@board.example'] } },
    })
    const id = await existing({ name: 'Vip', email: 'vip@example.org', role: 'agent' }, 'vip@board.example')

    await world.step()

    expect([(await zendeskUser(id)).name, await codes()]).toEqual(['Vip', ['USER_PROTECTED']])
  })

  it('is protected, once linked, by an address of a pattern that a full cycle finds', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'vip' }], { agents: ['vip'] }),
      config: { account: { protect: ['*@board.example'] } },
    })
    await world.step()
    const { id } = (await world.zendesk.user('vip@example.org'))!
    await world.zendesk.call('POST', `/api/v2/users/${id}/identities`, {
      identity: { type: 'email', value: 'vip@board.example', verified: true },
    })

    await world.fullStep()
    await modifyEntry(world.slapd, personDn('vip'), { replace: { employeeStatus: 'left' } })
    await world.step()

    expect([(await zendeskUser(id)).suspended, await codes()]).toEqual([false, ['USER_PROTECTED']])
  })

  it('is written in no way once linked, and stays protected with another address', async () => {
    const ldif = directoryOf([{ uid: 'vip', cn: 'Vip', telephoneNumber: '1' }, { uid: 'ada' }], {
      agents: ['vip', 'ada'],
      'zd-sales': ['vip', 'ada'],
    })
    world = await openWorld({ ldif })
    await world.step()
    await world.stopProduct()
    const { id } = (await world.zendesk.user('vip@example.org'))!
    const identities = `/api/v2/users/${id}/identities`
    await using protecting = await openWorld({
      ldif: '',
      servers: world,
      config: { account: { protect: ['vip@example.org'] } },
    })
    await protecting.fullStep()
    const { identity } = await world.zendesk.call<{ identity: { id: number } }>('POST', identities, {
      identity: { type: 'email', value: 'renamed@example.org', verified: true },
    })
    const { identities: all } = await world.zendesk.call<{ identities: { id: number; value: string }[] }>(
      'PUT',
      `${identities}/${identity.id}/make_primary`,
    )
    const former = all.find(({ value }) => value === 'vip@example.org')!
    await world.zendesk.call('DELETE', `${identities}/${former.id}`)
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, personDn('vip'), { replace: { telephoneNumber: '2', cn: 'Eve' } })
    await protecting.fullStep()
    expect((await protecting.ledger.lastCycle())?.released).toEqual({})
    await modifyEntry(world.slapd, groupDn('zd-sales'), { replace: { member: personDn('ada') } })
    await modifyEntry(world.slapd, personDn('vip'), { replace: { employeeStatus: 'left' } })
    await protecting.fullStep()
    await deleteEntry(world.slapd, personDn('vip'))
    await protecting.fullStep()

    expect(await writesTo(id)).toEqual([])
    expect(await zendeskUser(id)).toMatchObject({ name: 'Vip', phone: '1', suspended: false, role: 'agent' })
    expect(await world.zendesk.members('zd-sales')).toEqual(['ada@example.org', 'renamed@example.org'])
    expect(new Set((await protecting.problems('user')).map(({ code }) => code))).toEqual(new Set(['USER_PROTECTED']))

    await deleteEntry(world.slapd, groupDn('zd-sales'))
    await protecting.fullStep()
    expect(await world.zendesk.members('zd-sales')).toContain('renamed@example.org')
    expect((await protecting.problems('group')).map(({ code, what }) => `${code} ${what}`)).toEqual([
      expect.stringContaining("USER_PROTECTED The deletion of group 'zd-sales', of which the user is a member"),
    ])
  })

  it('is not written by what was released before', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'vip' }, { uid: 'ada' }]), workers: 0 })
    await using first = await world.addWorker()
    await world.step()
    await first[Symbol.asyncDispose]()
    const { id } = (await world.zendesk.user('vip@example.org'))!
    for (const uid of ['vip', 'ada'])
      await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: 'left' } })
    await world.cycle()
    await world.stopProduct()
    await using protecting = await openWorld({
      ldif: '',
      servers: world,
      config: { account: { protect: ['vip@*'] } },
      producers: 0,
    })
    await protecting.settled()

    expect((await zendeskUser(id)).suspended).toBe(false)
    expect((await world.zendesk.user('ada@example.org'))?.suspended).toBe(true)
    expect((await protecting.problems('user')).map(({ code }) => code)).toEqual(['USER_PROTECTED'])
  })

  it('loses no address to an entry that the directory gives it to', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { account: { protect: ['ada@example.org'] } },
    })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { mail: 'ada.new@example.org' } })
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve', mail: 'ada@example.org' }))

    await world.step()
    await world.step()

    expect((await world.zendesk.user('ada@example.org'))?.name).toBe('ada')
  })
})
