import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const admins = { byGroup: { [groupDn('agents')]: 'admin' }, default: 'end-user' }
const allowed = { ...admins, allowAdmin: true, allowDowngrade: true }
const roles = async () =>
  (await world.zendesk.users()).map(({ email, role, suspended }) => [email!.split('@')[0], role, suspended])
const problems = async () =>
  (await world.problems('user')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]?.slice(4)}`).sort()

describe('a mapping that says admin', () => {
  it('makes nobody one without role.allowAdmin: new users are end users, others stay as they are, and it is told', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada', 'bob'], 'zd-first': ['ada'] }),
      config: { users: { map: { role: admins } } },
    })
    await world.zendesk.call('POST', '/api/v2/users', {
      user: { name: 'bob', email: 'bob@example.org', role: 'agent' },
    })

    await world.step()
    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(await roles()).toEqual([
      ['ada', 'end-user', false],
      ['bob', 'agent', false],
    ])
    expect(await problems()).toEqual(['ROLE_ADMIN_NOT_ALLOWED ada', 'ROLE_ADMIN_NOT_ALLOWED bob'])
    expect((await runCli(world, ['map', personDn('ada')])).stdout).toContain('ROLE_ADMIN_NOT_ALLOWED')
  })

  it('by the name of a custom role that is Zendesk’s own for an admin, makes nobody one either', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada'] }),
      sandbox: { before: { customRoles: [{ id: 90, name: 'Administrator', role_type: 4 }] } },
      config: { users: { map: { custom_role: { byGroup: { [groupDn('agents')]: 'administrator' } } } } },
    })

    await world.step()

    expect([await roles(), await problems()]).toEqual([[['ada', 'end-user', false]], ['ROLE_ADMIN_NOT_ALLOWED ada']])
  })

  it('makes admins with it, as a promotion', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada'] }),
      config: { users: { map: { role: allowed } }, guard: { promotions: { min: 0 } } },
    })
    await world.step()
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('bob') } })
    await world.step()
    const held = (await world.ledger.held()).map(({ category, label }) => [category, label])

    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(held).toEqual([['promotions', 'bob@example.org']])
    expect((await roles()).map(([uid, role]) => [uid, role])).toEqual([
      ['ada', 'admin'],
      ['bob', 'admin'],
    ])
  })
})

describe('the last active admin of the account', () => {
  /** ada, bob and cid are admins by the mapping; whoever else was one is none any more. */
  async function open(others: 'none' | 'suspended' | 'one' = 'none', more: object = {}): Promise<void> {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'zoe' }], { agents: ['ada', 'bob'] }),
      config: { users: { map: { role: allowed } }, ...more },
    })
    await world.step()
    if (others === 'none') for (const user of accountsOwn()) user.role = 'agent'
    else for (const user of accountsOwn().slice(others === 'one' ? 1 : 0)) user.suspended = true
  }
  /**
   * The account's owner and the API's user, who are no entries of the directory: Zendesk itself lets nobody lower them.
   */
  const accountsOwn = () => {
    const { users, ownerId, apiUserId } = world.sandbox.account
    return [users.get(ownerId)!, users.get(apiUserId)!]
  }
  const leave = (uid: string) => deleteEntry(world.slapd, personDn(uid))
  const lower = (uid: string) => modifyEntry(world.slapd, groupDn('agents'), { delete: { member: personDn(uid) } })

  it.each([
    ['nobody else', 'none', ['bob']],
    ['others who are suspended', 'suspended', ['bob']],
    ['somebody else', 'one', []],
  ] as const)('beside %s: when both leave, %j stays', async (_beside, others, stays) => {
    await open(others)
    const ids = new Map((await world.zendesk.users()).map(({ id, email }) => [email!.split('@')[0], id]))
    const oldest = ids.get('ada')! < ids.get('bob')! ? 'ada' : 'bob'

    await leave('ada')
    await leave('bob')
    await world.step()
    await world.step()

    const active = (await roles()).filter(([, role, suspended]) => role === 'admin' && !suspended).map(([uid]) => uid)
    expect(active).toEqual(stays.length > 0 ? [oldest] : [])
    expect(await problems()).toEqual(stays.length > 0 ? [`LAST_ADMIN ${oldest}`] : [])
  })

  it('is not lowered, and what else changes is written', async () => {
    await open()
    await leave('bob')
    await world.step()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('nobody') } })
    await lower('ada')
    await world.step()

    expect(await world.zendesk.user('ada@example.org')).toMatchObject({ role: 'admin', phone: '7' })
    expect(await problems()).toEqual(['LAST_ADMIN ada'])
    expect((await world.problems('user'))[0]!.what).toBe(
      "'ada@example.org' is the last active admin of the account and stays as it is: update user, role lowered from admin",
    )
  })

  it('goes as soon as there is another one', async () => {
    await open()
    await leave('ada')
    await leave('bob')
    await world.step()

    accountsOwn()[0]!.role = 'admin'
    await world.step()

    expect((await roles()).map(([, , suspended]) => suspended)).toEqual([true, true, false])
    expect(await problems()).toEqual([])
  })

  const write = (uid: string) => modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '7' } })

  it.each([
    ['removal', leave, async () => {}],
    ['downgrade', lower, async () => {}],
    ['downgrade, planned once more,', lower, write],
  ])('stays although the %s of the other one only waits to be written', async (_what, remove, then) => {
    await open()
    const [older, younger] = (await world.zendesk.users())
      .filter(({ role }) => role === 'admin')
      .sort((a, b) => a.id - b.id)
      .map(({ email }) => email!.split('@')[0]!)
    const queues = (['users.remove', 'users.update'] as const).map((name) => world.queue(name))
    for (const queue of queues) await queue.pause()
    await remove(older!)
    await world.cycle()

    await then(older!)
    await leave(younger!)
    await world.cycle()
    for (const queue of queues) await queue.resume()
    await world.settled()

    expect(await problems()).toEqual([`LAST_ADMIN ${younger}`])
    expect((await roles()).filter(([, role, suspended]) => role === 'admin' && !suspended)).toEqual([
      [younger, 'admin', false],
    ])
  })

  it('stays whatever was approved', async () => {
    await open('one', { guard: { users: { min: 0, share: '0%' } } })
    await leave('ada')
    await leave('bob')
    await world.step()
    const held = (await world.ledger.held()).length
    accountsOwn()[0]!.role = 'agent'
    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(held).toBe(2)
    expect((await roles()).filter(([, role, suspended]) => role === 'admin' && !suspended)).toHaveLength(1)
    expect(await problems()).toMatchObject([expect.stringMatching(/^LAST_ADMIN (ada|bob)$/)])
  })
})
