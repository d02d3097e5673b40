import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { groupDn, person, personDn } from '../fixtures/people.ts'
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

describe('a managed group that shows no members any more', () => {
  it('loses nobody, and is a problem, until the removals are approved', async () => {
    await open([posixGroup('zd-team', ['ada', 'bob']), posixGroup('zd-rest', ['ada', 'cid'])], {
      users: { map: AGENTS },
    })
    await world.step()

    await setMembers(world, 'zd-team')
    await setMembers(world, 'zd-rest', 'ada')
    await world.step()
    await world.step()
    const kept = [await world.zendesk.members('zd-team'), await world.zendesk.members('zd-rest')]
    const told = {
      held: await heldIn(world),
      problems: await groupProblems(world),
      causes: [...new Set((await world.ledger.held()).map(({ cause }) => cause))],
    }
    const [problem] = await world.problems('group')
    const answer = await approve(world, '--matching', 'zd-team')

    expect(kept).toEqual([mail('ada', 'bob'), mail('ada')])
    expect(told).toEqual({
      held: ['remove member ada@example.org in zd-team', 'remove member bob@example.org in zd-team'],
      problems: ['GROUP_MEMBERS_UNREAD cn=zd-team'],
      causes: [
        `not in the directory's group: '${groupDn('zd-team')}' shows no members: it names nobody in memberUid, as far as the bind DN may read`,
      ],
    })
    expect(problem?.todo).toContain('directory.membership.group')
    expect(answer).toContain('2 held changes approved')
    expect([await world.zendesk.members('zd-team'), await heldIn(world), await groupProblems(world)]).toEqual([
      [],
      [],
      [],
    ])
  })

  it('loses nobody because of a group nested in it, and what is beside that goes on', async () => {
    const nested = ldifEntry(groupDn('zd-all'), {
      objectClass: 'groupOfNames',
      cn: 'zd-all',
      member: [personDn('ada'), groupDn('inner')],
    })
    await open([nested, posixGroup('inner', ['bob', 'cid']), posixGroup('zd-rest', ['ada', 'cid'])], {
      users: { map: AGENTS },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] },
    })
    await world.step()

    await setMembers(world, 'inner')
    await setMembers(world, 'zd-rest', 'ada')
    await world.step()
    const hidden = [
      await world.zendesk.members('zd-all'),
      await world.zendesk.members('zd-rest'),
      await groupProblems(world),
    ]
    await setMembers(world, 'inner', 'bob')
    await world.step()

    expect(hidden).toEqual([mail('ada', 'bob', 'cid'), mail('ada'), ['GROUP_MEMBERS_UNREAD cn=zd-all']])
    expect([await world.zendesk.members('zd-all'), await heldIn(world), await groupProblems(world)]).toEqual([
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
    await open([nested, posixGroup('inner', [])], {
      users: { map: AGENTS },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] },
    })
    await world.step()

    await modifyEntry(world.slapd, groupDn('zd-all'), { delete: { member: personDn('bob') } })
    await world.step()

    expect([await world.zendesk.members('zd-all'), await heldIn(world), await groupProblems(world)]).toEqual([
      mail('ada'),
      [],
      [],
    ])
  })

  it('loses who leaves the company all the same', async () => {
    await open([posixGroup('zd-team', ['ada', 'bob'])], { users: { map: AGENTS } })
    await world.step()

    await setMembers(world, 'zd-team')
    await deleteEntry(world.slapd, personDn('bob'))
    await world.step()

    expect((await world.zendesk.user('bob@example.org'))?.suspended).toBe(true)
    expect(await world.zendesk.members('zd-team')).toEqual(mail('ada'))
  })

  it('loses its last member who is disabled as well, without a question', async () => {
    await open([posixGroup('zd-team', ['ada']), posixGroup('zd-rest', ['bob'])], { users: { map: AGENTS } })
    await world.step()

    await setMembers(world, 'zd-team')
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
    await world.step()
    await world.step()

    expect((await world.zendesk.user('ada@example.org'))?.suspended).toBe(true)
    expect([await world.zendesk.members('zd-team'), await heldIn(world), await groupProblems(world)]).toEqual([
      [],
      [],
      [],
    ])
  })

  it('keeps the agents of an adopted group, and those made by hand are told by their address', async () => {
    const agents = Array.from({ length: 20 }, (_one, i) => `agent${String(i).padStart(2, '0')}`)
    const backoffice = ldifEntry(groupDn('zd-backoffice'), {
      objectClass: 'groupOfUniqueNames',
      cn: 'zd-backoffice',
      uniqueMember: agents.map((uid) => personDn(uid)),
    })
    await open(
      [backoffice, posixGroup('zd-other', ['agent00'])],
      { users: { map: AGENTS }, directory: { membership: { group: 'member' } } },
      agents,
    )
    await adoptedGroup('zd-backoffice', [...agents, 'mallory'])

    await world.step()
    await world.step()

    expect(await world.zendesk.members('zd-backoffice')).toEqual(mail(...agents, 'mallory'))
    expect(await heldIn(world)).toEqual(
      mail(...agents, 'mallory').map((address) => `remove member ${address} in zd-backoffice`),
    )
    expect(await groupProblems(world)).toEqual(['GROUP_MEMBERS_UNREAD cn=zd-backoffice'])
  })

  it('loses who was put in by hand when the directory names others, and the removal says who that was', async () => {
    await open([posixGroup('zd-team', ['ada'])], {
      users: { map: AGENTS },
      guard: { memberships: { share: '0%', min: 0 } },
    })
    await adoptedGroup('zd-team', ['ada', 'mallory'])

    await world.step()
    await world.zendesk.forgetRequests()
    await world.step()
    const asked = await world.zendesk.requests({ path: /show_many/ })
    const shown = await heldIn(world)
    await approve(world, '--matching', 'mallory')

    expect([shown, asked]).toEqual([['remove member mallory@example.org in zd-team'], []])
    expect(await world.zendesk.members('zd-team')).toEqual(mail('ada'))
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
