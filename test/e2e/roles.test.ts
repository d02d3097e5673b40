import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)
const leaveAgents = (...uids: string[]) =>
  modifyEntry(world.slapd, groupDn('agents'), { delete: { member: uids.map((uid) => personDn(uid)) } })
const agents = ['ada', 'bob', 'cid', 'dan']
const ldif = directoryOf(
  agents.map((uid) => ({ uid })),
  { agents: [...agents, 'cn=x'], 'zd-first': agents, 'zd-second': agents },
)
const allowDowngrade = { map: { role: { allowDowngrade: true } } }

describe('roles', () => {
  it('are not lowered by a mapping alone, and the seat and the memberships stay', async () => {
    world = await openWorld({ ldif })
    await world.step()
    await leaveAgents('ada')
    await world.step()
    await world.step()

    expect((await user('ada'))?.role).toBe('agent')
    expect(await world.zendesk.members('zd-first')).toHaveLength(4)
  })

  it('are lowered with allowDowngrade, which forgets the memberships that Zendesk drops, and are raised again', async () => {
    world = await openWorld({ ldif, config: { users: allowDowngrade } })
    await world.step()
    await world.zendesk.forgetRequests()

    await leaveAgents('ada')
    await world.step()
    const lowered = (await user('ada'))?.role
    const members = await world.zendesk.members('zd-first')
    const removals = (await world.zendesk.writes()).filter((one) => one.path.includes('group_memberships'))
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('ada') } })
    await world.step()
    await world.step()

    expect([lowered, members.length, removals]).toEqual(['end-user', 3, []])
    expect((await user('ada'))?.role).toBe('agent')
    expect(await world.zendesk.members('zd-first')).toContain('ada@example.org')
    expect(await world.zendesk.members('zd-second')).toContain('ada@example.org')
  })

  it('lowered for many are held by the guard as removals, and while they are, the memberships stay', async () => {
    world = await openWorld({
      ldif,
      config: { users: allowDowngrade, guard: { users: { share: '5%', min: 1 } } },
    })
    await world.step()

    await leaveAgents('ada', 'bob', 'cid')
    await world.step()

    expect((await world.ledger.held()).map(({ category, cause }) => `${category}: ${cause}`)).toEqual(
      Array.from({ length: 3 }, () => 'users: role lowered from agent'),
    )
    expect((await world.zendesk.users()).map((one) => one.role)).toEqual(agents.map(() => 'agent'))
    expect(await world.zendesk.members('zd-first')).toHaveLength(4)
  })
})

describe('the API’s own user, the account owner and protected users', () => {
  it('are never suspended, lowered or deleted, and protected users not written at all', async () => {
    world = await openWorld({
      ldif: directoryOf(
        [
          { uid: 'api', telephoneNumber: '1' },
          { uid: 'owner', telephoneNumber: '1' },
          { uid: 'vip', telephoneNumber: '1' },
          { uid: 'ada' },
        ],
        { agents: ['vip', 'cn=x'] },
      ),
      config: { account: { protect: ['vip@*'] }, users: allowDowngrade },
      // Nothing tells us who owns the account: that the owner stays is Zendesk's doing.
      sandbox: { unknowns: { ownerChanges: 'refused' } },
    })
    await world.step()
    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()
    await world.zendesk.forgetRequests()

    await leaveAgents('vip')
    await modifyEntry(world.slapd, personDn('vip'), { replace: { telephoneNumber: '7' } })
    await modifyEntry(world.slapd, personDn('api'), { replace: { employeeStatus: 'left' } })
    await modifyEntry(world.slapd, personDn('owner'), { replace: { employeeStatus: 'left' } })
    await world.step()
    await deleteEntry(world.slapd, personDn('api'))
    await deleteEntry(world.slapd, personDn('vip'))
    await world.step()

    const all = (
      await world.zendesk.call<{ users: { email: string; role: string; suspended: boolean; phone: string }[] }>(
        'GET',
        '/api/v2/users?page[size]=100',
      )
    ).users.map(({ email, role, suspended }) => `${email} ${role}${suspended ? ' suspended' : ''}`)
    expect(all.sort()).toEqual([
      'ada@example.org end-user',
      'api@example.org admin',
      'owner@example.org admin',
      'vip@example.org agent',
    ])
    expect((await user('vip'))?.phone).toBe('1')
    expect((await world.problems('user')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]}`).sort()).toEqual([
      'OWNER_PROTECTED uid=owner',
      'USER_PROTECTED uid=api',
      'USER_PROTECTED uid=vip',
    ])
  })
})
