import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const PEOPLE = 'ou=people,dc=example,dc=org'
const uids = ['ada', 'bob', 'cid', 'dan', 'eve']
const mail = (...names: string[]) => names.map((uid) => `${uid}@example.org`)

/** A group that LDAP lets be empty: hidden and empty look the same. */
const posix = (cn: string, members: readonly string[]) =>
  ldifEntry(groupDn(cn), { objectClass: 'posixGroup', cn, gidNumber: '7', memberUid: members })
const emptied = (cn: string) => modifyEntry(world.slapd, groupDn(cn), { delete: { memberUid: [] } })
const filled = (cn: string, ...members: string[]) =>
  modifyEntry(world.slapd, groupDn(cn), { replace: { memberUid: members } })

/** Small numbers, below every limit: the guard's limits alone would let all of it go. */
const GUARD = { guard: { users: { min: 10 }, groups: { min: 10 }, memberships: { min: 25 }, clearings: { min: 25 } } }
const AGENTS = { role: { byGroup: null, default: 'agent' } }

async function open(groups: string[], config: ConfigChanges, names: readonly string[] = uids): Promise<void> {
  world = await openWorld({
    ldif: [directoryOf(names.map((uid) => ({ uid }))), ...groups].join('\n'),
    config: { directory: { membership: null }, ...GUARD, ...config },
    sandbox: { before: { customRoles: [{ id: 88, name: 'Team lead', role_type: 0 }] } },
  })
}
const held = async () => (await world.ledger.held()).map(({ label, operation }) => `${operation} ${label}`).sort()
const causes = async () => [...new Set((await world.ledger.held()).map(({ cause }) => cause))]
const problems = async () =>
  (await world.problems('group')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]?.toLowerCase()}`).sort()
const approve = async (...args: string[]) => {
  const { stdout } = await runCli(world, ['approve', 'staff', ...args])
  await world.step()
  await world.step()
  return stdout
}

describe('a managed group that shows no members any more', () => {
  it('loses nobody, and is a problem, until the removals are approved', async () => {
    await open([posix('zd-team', ['ada', 'bob']), posix('zd-rest', ['ada', 'cid'])], { users: { map: AGENTS } })
    await world.step()

    await emptied('zd-team')
    await filled('zd-rest', 'ada')
    await world.step()
    await world.step()
    const kept = [await world.zendesk.members('zd-team'), await world.zendesk.members('zd-rest')]
    const told = { held: await held(), problems: await problems(), causes: await causes() }
    const [problem] = await world.problems('group')
    const answer = await approve('--matching', 'zd-team')

    expect(kept).toEqual([mail('ada', 'bob'), mail('ada')])
    expect(told).toEqual({
      held: ['remove member ada@example.org in zd-team', 'remove member bob@example.org in zd-team'],
      problems: ['GROUP_MEMBERS_UNREAD cn=zd-team'],
      causes: [
        `not in the directory's group: '${groupDn('zd-team')}' shows no members: it has no value in memberUid, as far as the bind DN may read`,
      ],
    })
    expect(problem?.todo).toContain('directory.membership.group')
    expect(answer).toContain('2 held changes approved')
    expect([await world.zendesk.members('zd-team'), await held(), await problems()]).toEqual([[], [], []])
  })

  it('loses nobody because of a group nested in it, and what is beside that goes on', async () => {
    const nested = ldifEntry(groupDn('zd-all'), {
      objectClass: 'groupOfNames',
      cn: 'zd-all',
      member: [personDn('ada'), groupDn('inner')],
    })
    await open([nested, posix('inner', ['bob', 'cid']), posix('zd-rest', ['ada', 'cid'])], {
      users: { map: AGENTS },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] },
    })
    await world.step()

    await emptied('inner')
    await filled('zd-rest', 'ada')
    await world.step()
    const hidden = [await world.zendesk.members('zd-all'), await world.zendesk.members('zd-rest'), await problems()]
    await filled('inner', 'bob')
    await world.step()

    expect(hidden).toEqual([mail('ada', 'bob', 'cid'), mail('ada'), ['GROUP_MEMBERS_UNREAD cn=zd-all']])
    expect([await world.zendesk.members('zd-all'), await held(), await problems()]).toEqual([
      mail('ada', 'bob'),
      [],
      [],
    ])
  })

  it('lets members go whom somebody else has removed: a nested group that always was empty is in nobody’s way', async () => {
    const nested = ldifEntry(groupDn('zd-all'), {
      objectClass: 'groupOfNames',
      cn: 'zd-all',
      member: [personDn('ada'), personDn('bob'), groupDn('inner')],
    })
    await open([nested, posix('inner', [])], {
      users: { map: AGENTS },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] },
    })
    await world.step()

    await modifyEntry(world.slapd, groupDn('zd-all'), { delete: { member: personDn('bob') } })
    await world.step()

    expect([await world.zendesk.members('zd-all'), await held(), await problems()]).toEqual([mail('ada'), [], []])
  })

  it('loses who leaves the company all the same', async () => {
    await open([posix('zd-team', ['ada', 'bob'])], { users: { map: AGENTS } })
    await world.step()

    await emptied('zd-team')
    await deleteEntry(world.slapd, personDn('bob'))
    await world.step()

    expect((await world.zendesk.user('bob@example.org'))?.suspended).toBe(true)
    expect(await world.zendesk.members('zd-team')).toEqual(mail('ada'))
  })

  it('keeps the agents of an adopted group, and those made by hand are told by their address', async () => {
    const agents = Array.from({ length: 20 }, (_one, i) => `agent${String(i).padStart(2, '0')}`)
    const backoffice = ldifEntry(groupDn('zd-backoffice'), {
      objectClass: 'groupOfUniqueNames',
      cn: 'zd-backoffice',
      uniqueMember: agents.map((uid) => personDn(uid)),
    })
    await open(
      [backoffice, posix('zd-other', ['agent00'])],
      { users: { map: AGENTS }, directory: { membership: { group: 'member' } } },
      agents,
    )
    await adoptedGroup('zd-backoffice', [...agents, 'mallory'])

    await world.step()
    await world.step()

    expect(await world.zendesk.members('zd-backoffice')).toEqual(mail(...agents, 'mallory'))
    expect(await held()).toEqual(
      mail(...agents, 'mallory').map((address) => `remove member ${address} in zd-backoffice`),
    )
    expect(await problems()).toEqual(['GROUP_MEMBERS_UNREAD cn=zd-backoffice'])
  })

  it('loses who was put in by hand when the directory names others, and the removal says who that was', async () => {
    await open([posix('zd-team', ['ada'])], { users: { map: AGENTS }, guard: { memberships: { share: '0%', min: 0 } } })
    await adoptedGroup('zd-team', ['ada', 'mallory'])

    await world.step()
    await world.zendesk.forgetRequests()
    await world.step()
    const asked = await world.zendesk.requests({ path: /show_many/ })
    const shown = await held()
    await approve('--matching', 'mallory')

    expect([shown, asked]).toEqual([['remove member mallory@example.org in zd-team'], []])
    expect(await world.zendesk.members('zd-team')).toEqual(mail('ada'))
  })
})

describe('a group that decides who is in scope', () => {
  const scope = { users: { locations: [{ base: PEOPLE, group: groupDn('scope') }], map: AGENTS } }

  it('takes nobody’s access or groups when it shows no members any more, until that is approved', async () => {
    await open([posix('scope', uids), posix('zd-team', ['ada', 'bob'])], scope)
    await world.step()

    await emptied('scope')
    await world.step()
    await world.step()
    const kept = (await world.zendesk.users()).filter((user) => !user.suspended).length
    const members = await world.zendesk.members('zd-team')
    const told = await problems()
    const count = (await held()).length
    await approve()

    expect({ kept, members, told, count }).toEqual({
      kept: 5,
      members: mail('ada', 'bob'),
      told: ['GROUP_MEMBERS_UNREAD cn=scope'],
      count: 7,
    })
    expect((await world.zendesk.users()).filter((user) => !user.suspended)).toEqual([])
    expect(await problems()).toEqual(['GROUP_EMPTY cn=scope'])
  })

  it.each([
    ['shows nobody', [] as string[], 'it has no value in memberUid'],
    ['names only strangers', ['nobody', 'none'], 'of 2 members that its group names, none is a person'],
  ])('and %s from the start is a problem that says what was looked at', async (_how, members, what) => {
    await open([posix('scope', members)], scope)

    await world.step()

    expect((await world.problems('group')).map((problem) => [problem.code, problem.what])).toEqual([
      ['GROUP_EMPTY', expect.stringContaining(what)],
    ])
  })

  it('of groups deletes none when it shows no members any more', async () => {
    const team = ldifEntry(groupDn('team'), { objectClass: 'groupOfNames', cn: 'team', member: personDn('ada') })
    const all = ldifEntry(groupDn('all'), { objectClass: 'groupOfEntries', cn: 'all', member: groupDn('team') })
    world = await openWorld({
      ldif: [directoryOf(uids.map((uid) => ({ uid }))), team, all].join('\n'),
      slapd: { schema: GROUP_OF_ENTRIES },
      config: {
        directory: { membership: null },
        ...GUARD,
        users: { map: AGENTS },
        groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', group: groupDn('all') }] },
      },
    })
    await world.step()

    await modifyEntry(world.slapd, groupDn('all'), { delete: { member: [] } })
    await world.step()

    expect(await world.zendesk.members('team')).toEqual(mail('ada'))
    expect([await held(), await problems()]).toEqual([['delete group team'], ['GROUP_MEMBERS_UNREAD cn=all']])
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
    ['shows no members any more', () => emptied('crew'), 'GROUP_MEMBERS_UNREAD cn=crew'],
    ['is not there any more', () => deleteEntry(world.slapd, groupDn('crew')), 'GROUP_MEMBERS_UNREAD cn=crew'],
  ])('and %s lowers nobody until that is approved', async (_how, change, problem) => {
    await open([posix('crew', ['ada', 'bob'])], byGroup())
    await world.step()

    await change()
    await world.step()
    await world.step()
    const before = { roles: await roles(), held: await held(), problems: await problems() }
    await approve('--only', 'users')

    expect(before).toEqual({
      roles: mail('ada', 'bob'),
      held: ['update user ada@example.org', 'update user bob@example.org'],
      problems: [problem],
    })
    expect(await roles()).toEqual([])
  })

  it('takes no custom role either', async () => {
    await open(
      [posix('crew', ['ada', 'bob']), posix('leads', ['ada'])],
      byGroup({ custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } } }),
    )
    await world.step()
    const before = (await world.zendesk.user('ada@example.org'))?.['custom_role_id']

    await emptied('leads')
    await world.step()

    expect(before).toBe(88)
    expect((await world.zendesk.user('ada@example.org'))?.['custom_role_id']).toBe(88)
    expect([await held(), await problems()]).toEqual([
      ['update user ada@example.org'],
      ['GROUP_MEMBERS_UNREAD cn=leads'],
    ])
  })

  it('lowers who is taken out of it while others stay', async () => {
    await open([posix('crew', ['ada', 'bob'])], byGroup())
    await world.step()

    await filled('crew', 'ada')
    await world.step()

    expect([await roles(), await held(), await problems()]).toEqual([mail('ada'), [], []])
  })
})

/** A group that Zendesk had before, with agents of these names; those who are in the directory are adopted with it. */
async function adoptedGroup(name: string, members: readonly string[]): Promise<void> {
  const { group } = await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', { group: { name } })
  for (const uid of members) {
    const { user } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: person({ uid })['cn'], email: `${uid}@example.org`, role: 'agent', skip_verify_email: true },
    })
    await world.zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: user.id, group_id: group.id },
    })
  }
}

/** draft-findlay-ldap-groupofentries: as groupOfNames, and may be empty. */
const GROUP_OF_ENTRIES = `
objectclass ( 1.2.826.0.1.3458854.2.1.1.1 NAME 'groupOfEntries' SUP top STRUCTURAL MUST cn MAY ( member $ description ) )
`
