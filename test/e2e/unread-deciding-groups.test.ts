import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { groupDn, personDn } from '../fixtures/people.ts'
import {
  AGENTS,
  approve,
  groupProblems,
  heldIn,
  mail,
  posixGroup,
  setMembers,
  worldOfGroups,
} from '../fixtures/unread-groups.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'
import type { World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const UIDS = ['ada', 'bob', 'cid', 'dan', 'eve']
const open = async (groups: readonly string[], config: ConfigChanges, uids = UIDS, slapd = {}) => {
  world = await worldOfGroups(uids, groups, config, slapd)
}

describe('a group that decides who is in scope', () => {
  const scope = {
    users: { locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }], map: AGENTS },
  }
  const slow = { users: { ...scope.users, removeAfter: { disabled: '1d', deleted: '1d', outOfScope: '1d' } } }

  it.each([
    ['', scope],
    [', also where leavers have time', slow],
  ])(
    'takes nobody’s access or groups when it shows no members any more, until that is approved%s',
    async (_if, config) => {
      await open([posixGroup('scope', UIDS), posixGroup('zd-team', ['ada', 'bob'])], config)
      await world.step()

      await setMembers(world, 'scope')
      await world.step()
      await world.step()
      const kept = (await world.zendesk.users()).filter((user) => !user.suspended).length
      const members = await world.zendesk.members('zd-team')
      const told = await groupProblems(world)
      const count = (await heldIn(world)).length
      await approve(world)

      expect({ kept, members, told, count }).toEqual({
        kept: 5,
        members: mail('ada', 'bob'),
        told: ['GROUP_MEMBERS_UNREAD cn=scope'],
        count: 7,
      })
      expect((await world.zendesk.users()).filter((user) => !user.suspended)).toEqual([])
      expect(await groupProblems(world)).toEqual(['GROUP_EMPTY cn=scope'])
    },
  )

  it.each([
    ['shows nobody', [] as string[], 'it names nobody in memberUid'],
    ['names only strangers', ['nobody', 'none'], 'of 2 members that its group names, none is a person'],
  ])('and %s from the start is a problem that says what was looked at', async (_how, members, what) => {
    await open([posixGroup('scope', members)], scope)

    await world.step()

    expect((await world.problems('group')).map((problem) => [problem.code, problem.what])).toEqual([
      ['GROUP_EMPTY', expect.stringContaining(what)],
    ])
  })

  it('takes nobody’s access when it names people by uid and theirs are hidden', async () => {
    const rights = 'cn=rights,dc=example,dc=org'
    const reader = 'cn=reader,dc=example,dc=org'
    const mayRead = ldifEntry(rights, { objectClass: 'groupOfNames', cn: 'rights', member: reader })
    await open([posixGroup('scope', UIDS), posixGroup('zd-team', ['ada']), mayRead], scope, UIDS, {
      database: [
        `access to attrs=uid by group/groupOfNames/member.exact="${rights}" read by * none`,
        'access to * by * read',
      ],
    })
    await world.step()

    await modifyEntry(world.slapd, rights, { replace: { member: 'cn=nobody,dc=example,dc=org' } })
    await world.step()
    const hidden = (await world.zendesk.users()).filter((user) => user.suspended)
    const told = await groupProblems(world)
    await modifyEntry(world.slapd, rights, { replace: { member: reader } })
    await world.step()

    expect([hidden, told]).toEqual([[], ['GROUP_MEMBERS_UNREAD cn=scope', 'GROUP_MEMBERS_UNREAD cn=zd-team']])
    expect([await heldIn(world), await groupProblems(world)]).toEqual([[], []])
    expect(await world.zendesk.members('zd-team')).toEqual(mail('ada'))
  })

  it('of groups deletes none when it shows no members any more', async () => {
    const team = ldifEntry(groupDn('team'), { objectClass: 'groupOfNames', cn: 'team', member: personDn('ada') })
    const all = ldifEntry(groupDn('all'), { objectClass: 'groupOfEntries', cn: 'all', member: groupDn('team') })
    await open(
      [team, all],
      {
        users: { map: AGENTS },
        groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', group: groupDn('all') }] },
      },
      UIDS,
      { schema: GROUP_OF_ENTRIES },
    )
    await world.step()

    await modifyEntry(world.slapd, groupDn('all'), { delete: { member: [] } })
    await world.step()

    expect(await world.zendesk.members('team')).toEqual(mail('ada'))
    expect([await heldIn(world), await groupProblems(world)]).toEqual([
      ['delete group team'],
      ['GROUP_MEMBERS_UNREAD cn=all'],
    ])
  })
})

describe('a group that decides roles', () => {
  const byGroup = (custom: object = {}) => ({
    users: {
      map: {
        role: { byGroup: { [groupDn('agents')]: null, [groupDn('crew')]: 'agent' }, allowDowngrade: true },
        ...custom,
      },
    },
  })
  const roles = async () => (await world.zendesk.users()).filter((user) => user.role === 'agent').map((u) => u.email)

  it.each<[string, () => Promise<void>, string]>([
    ['shows no members any more', () => setMembers(world, 'crew'), 'GROUP_MEMBERS_UNREAD cn=crew'],
    ['is not there any more', () => deleteEntry(world.slapd, groupDn('crew')), 'GROUP_MEMBERS_UNREAD cn=crew'],
  ])('and %s lowers nobody until that is approved', async (_how, change, problem) => {
    await open([posixGroup('crew', ['ada', 'bob'])], byGroup())
    await world.step()

    await change()
    await world.step()
    await world.step()
    const before = { roles: await roles(), held: await heldIn(world), problems: await groupProblems(world) }
    await approve(world, '--only', 'users')

    expect(before).toEqual({
      roles: mail('ada', 'bob'),
      held: ['update user ada@example.org', 'update user bob@example.org'],
      problems: [problem],
    })
    expect(await roles()).toEqual([])
  })

  it('takes no custom role either', async () => {
    await open(
      [posixGroup('crew', ['ada', 'bob']), posixGroup('leads', ['ada'])],
      byGroup({ custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } } }),
    )
    await world.step()
    const before = (await world.zendesk.user('ada@example.org'))?.['custom_role_id']

    await setMembers(world, 'leads')
    await world.step()

    expect(before).toBe(88)
    expect((await world.zendesk.user('ada@example.org'))?.['custom_role_id']).toBe(88)
    expect([await heldIn(world), await groupProblems(world)]).toEqual([
      ['update user ada@example.org'],
      ['GROUP_MEMBERS_UNREAD cn=leads'],
    ])
  })

  it('lowers who is taken out of it while others stay', async () => {
    await open([posixGroup('crew', ['ada', 'bob'])], byGroup())
    await world.step()

    await setMembers(world, 'crew', 'ada')
    await world.step()

    expect([await roles(), await heldIn(world), await groupProblems(world)]).toEqual([mail('ada'), [], []])
  })
})

/** draft-findlay-ldap-groupofentries: as groupOfNames, and may be empty. */
const GROUP_OF_ENTRIES = `
objectclass ( 1.2.826.0.1.3458854.2.1.1.1 NAME 'groupOfEntries' SUP top STRUCTURAL MUST cn MAY ( member $ description ) )
`
