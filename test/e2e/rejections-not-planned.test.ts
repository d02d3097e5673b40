import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(world, args)
const both = ['ada', 'paw']
const mail = (uid: string) => `${uid}@example.org`

/** What is held, with what was said of it. */
const held = async () =>
  (await world.ledger.heldAndDecided())
    .map(({ operation, label, decision }) => `${operation} ${label}: ${decision?.decision ?? 'undecided'}`)
    .sort()

describe('a rejection outlives a cycle that cannot plan its change:', () => {
  it('a new member, while the directory has a second group of the name', async () => {
    world = await openWorld({
      ldif: directoryOf(
        both.map((uid) => ({ uid })),
        { agents: both, 'zd-a': both, 'zd-b': ['ada'] },
      ),
      config: { firstRun: 'approve', groups: { match: 'description' } },
    })
    await modifyEntry(world.slapd, groupDn('zd-a'), { add: { description: 'Sales' } })
    await world.step()
    await cli('reject', 'staff', '--matching', 'paw')
    await modifyEntry(world.slapd, groupDn('zd-b'), { add: { description: 'Sales' } })
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-b'), { delete: { description: [] } })
    await world.step()

    await cli('approve', 'staff')
    await world.step()
    await cli('approve', 'staff', '--include-rejected', '--only', 'creations')
    for (let i = 0; i < 3; i++) await world.step()

    expect((await world.zendesk.users()).map(({ email }) => email).sort()).toEqual(both.map(mail))
    expect(await world.zendesk.members('Sales')).toEqual([mail('ada')])
    expect(await held()).toEqual(['add member paw@example.org in Sales: rejected'])
  })

  it('a new user and their membership, while Zendesk has somebody protected of that address', async () => {
    world = await openWorld({
      ldif: directoryOf(
        both.map((uid) => ({ uid })),
        { agents: both, 'zd-a': both },
      ),
      config: { firstRun: 'approve', account: { protect: [mail('paw')] } },
    })
    await world.step()
    await cli('reject', 'staff', '--matching', 'paw')
    await cli('approve', 'staff')
    await world.step()
    const user = { name: 'Vip', email: mail('paw'), skip_verify_email: true }
    const { id } = (await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', { user })).user
    await world.step()
    const protectedMeanwhile = (await world.problems('user')).map(({ code }) => code)
    await world.zendesk.call('DELETE', `/api/v2/users/${id}`)
    for (let i = 0; i < 2; i++) await world.step()

    expect(protectedMeanwhile).toEqual(['USER_PROTECTED'])
    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual([mail('ada')])
    expect(await held()).toEqual([
      'add member paw@example.org in zd-a: rejected',
      'create user paw@example.org: rejected',
    ])
  })

  it('a member to be removed, while the deletion of the user is held', async () => {
    const limit = { share: '0%', min: 0 }
    world = await openWorld({
      ldif: directoryOf(
        both.map((uid) => ({ uid })),
        { agents: both, 'zd-a': both },
      ),
      config: { guard: { users: limit, memberships: limit }, users: { remove: { disabled: 'delete' } } },
    })
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-a'), { delete: { member: personDn('paw') } })
    await world.step()
    await cli('reject', 'staff')
    await modifyEntry(world.slapd, personDn('paw'), { add: { employeeStatus: 'left' } })
    await world.step()
    const meanwhile = await held()
    await modifyEntry(world.slapd, personDn('paw'), { delete: { employeeStatus: [] } })
    await world.step()

    expect(meanwhile).toEqual([
      'delete user paw@example.org: undecided',
      'remove member paw@example.org in zd-a: rejected',
    ])
    expect(await held()).toEqual(['remove member paw@example.org in zd-a: rejected'])
  })

  it('a higher role, while the user is suspended', async () => {
    world = await openWorld({
      ldif: directoryOf(both.map((uid) => ({ uid }))),
      config: { guard: { promotions: { share: '0%', min: 0 } } },
    })
    await world.step()
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('paw') } })
    await world.step()
    await cli('reject', 'staff')
    await modifyEntry(world.slapd, personDn('paw'), { add: { employeeStatus: 'left' } })
    for (let i = 0; i < 2; i++) await world.step()
    await modifyEntry(world.slapd, personDn('paw'), { delete: { employeeStatus: [] } })
    await world.step()

    expect((await world.zendesk.users()).map(({ role, suspended }) => [role, suspended])).toEqual([
      ['end-user', false],
      ['end-user', false],
    ])
    expect(await held()).toEqual(['restore user paw@example.org: rejected'])
  })
})
