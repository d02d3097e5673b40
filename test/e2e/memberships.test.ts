import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = [{ uid: 'ada' }, { uid: 'bob' }, { uid: 'eve' }]
const agents = { agents: ['ada', 'bob', 'eve'] }
const mail = (...uids: string[]) => uids.map((uid) => `${uid}@example.org`)

describe('memberships', () => {
  it('follow the group’s member', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada', 'bob'] }) })
    await world.step()
    const before = await world.zendesk.members('zd-sales')

    await modifyEntry(world.slapd, groupDn('zd-sales'), {
      add: { member: personDn('eve') },
      delete: { member: personDn('ada') },
    })
    await world.step()

    expect([before, await world.zendesk.members('zd-sales')]).toEqual([mail('ada', 'bob'), mail('bob', 'eve')])
  })

  it('follow the user’s memberOf', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-sales': [] }),
      slapd: { overlays: [], schema: MEMBER_OF },
      config: {
        directory: { membership: { group: false, user: 'worksIn' } },
        users: { map: { role: { byGroup: null, default: 'agent' } } },
      },
    })
    await modifyEntry(world.slapd, personDn('ada'), {
      add: { objectClass: 'groupAware', worksIn: groupDn('zd-sales') },
    })
    await world.step()
    const before = await world.zendesk.members('zd-sales')

    await modifyEntry(world.slapd, personDn('ada'), { delete: { worksIn: [] } })
    await modifyEntry(world.slapd, personDn('bob'), {
      add: { objectClass: 'groupAware', worksIn: groupDn('zd-sales') },
    })
    await world.step()

    expect([before, await world.zendesk.members('zd-sales')]).toEqual([mail('ada'), mail('bob')])
  })

  it('follow uniqueMember', async () => {
    const teams = ldifEntry(groupDn('zd-team'), {
      objectClass: 'groupOfUniqueNames',
      cn: 'zd-team',
      uniqueMember: [personDn('ada'), `${personDn('eve')}#'01'B`],
    })
    world = await openWorld({
      ldif: `${directoryOf(people, agents)}\n${teams}`,
      config: {
        directory: { membership: { group: 'uniqueMember' } },
        users: { map: { role: { byGroup: null, default: 'agent' } } },
      },
    })

    await world.step()

    expect(await world.zendesk.members('zd-team')).toEqual(mail('ada', 'eve'))
  })

  it('follow memberUid', async () => {
    const teams = ldifEntry(groupDn('zd-team'), {
      objectClass: 'posixGroup',
      cn: 'zd-team',
      gidNumber: '7',
      memberUid: ['bob', 'nobody'],
    })
    world = await openWorld({
      ldif: `${directoryOf(people, agents)}\n${teams}`,
      config: {
        directory: { membership: { group: 'memberUid' } },
        users: { map: { role: { byGroup: null, default: 'agent' } } },
      },
    })

    await world.step()

    expect(await world.zendesk.members('zd-team')).toEqual(mail('bob'))
  })

  it('include members of nested groups when asked to, cycles and all', async () => {
    world = await openWorld({
      ldif: directoryOf(people, {
        ...agents,
        'zd-all': ['ada', groupDn('sub')],
        sub: ['bob', groupDn('zd-all'), groupDn('sub')],
      }),
      config: { groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] } },
    })

    await world.step()

    expect(await world.zendesk.members('zd-all')).toEqual(mail('ada', 'bob'))
  })

  it('made by hand in a managed group are removed, and those taken away by hand come back', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada', 'bob'] }) })
    await world.step()
    const group = (await world.zendesk.groups()).find((one) => one.name === 'zd-sales')!
    const eve = (await world.zendesk.user('eve@example.org'))!
    const { group_memberships: held } = await world.zendesk.call<{ group_memberships: { id: number }[] }>(
      'GET',
      `/api/v2/groups/${group.id}/memberships`,
    )
    await world.zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: eve.id, group_id: group.id },
    })
    await world.zendesk.call('DELETE', `/api/v2/group_memberships/${held[0]!.id}`)

    await new Promise((resolve) => setTimeout(resolve, 1_100)) // membershipAudit: 1s
    await world.step()

    expect(await world.zendesk.members('zd-sales')).toEqual(mail('ada', 'bob'))
  })

  it('are overwritten when an existing group is adopted', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada'] }) })
    const { group } = await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', {
      group: { name: 'zd-sales' },
    })
    const { user } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Mallory', email: 'mallory@example.org', role: 'agent', skip_verify_email: true },
    })
    await world.zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: user.id, group_id: group.id },
    })

    await world.step()

    expect(await world.zendesk.members('zd-sales')).toEqual(mail('ada'))
  })

  it('of end users are one reported line per group, and come with the role', async () => {
    world = await openWorld({ ldif: directoryOf(people, { agents: ['ada'], 'zd-sales': ['ada', 'bob', 'eve'] }) })
    await world.step()
    const before = await world.zendesk.members('zd-sales')
    const problems = (await world.problems('group')).map((problem) => `${problem.code} ${problem.what}`)

    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('bob') } })
    await world.step()

    expect(before).toEqual(mail('ada'))
    expect(problems).toEqual([expect.stringMatching(/^END_USERS_IN_GROUP 2 members/)])
    expect(await world.zendesk.members('zd-sales')).toEqual(mail('ada', 'bob'))
  })

  it('of a leaver are taken away', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada', 'bob'] }) })
    await world.step()

    await modifyEntry(world.slapd, groupDn('zd-sales'), { delete: { member: personDn('bob') } })
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
    await world.step()

    expect(await world.zendesk.members('zd-sales')).toEqual(mail('ada'))
    expect((await world.zendesk.user('bob@example.org'))?.suspended).toBe(true)
  })
})

/** memberOf is operational in slapd, and only its overlay writes it: an attribute of our own stands in for AD's. */
const MEMBER_OF = `
attributetype ( 1.3.6.1.4.1.4203.666.11.9001.99 NAME 'worksIn' SUP distinguishedName )
objectclass ( 1.3.6.1.4.1.4203.666.11.9001.98 NAME 'groupAware' SUP top AUXILIARY MAY worksIn )
`
