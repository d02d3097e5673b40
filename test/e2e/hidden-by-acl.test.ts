import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hide, hideable, show } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, groupDn } from '../fixtures/people.ts'
import { peopleInZendesk } from '../fixtures/people-in-zendesk.ts'
import { openWorld, type World } from '../fixtures/world.ts'

/** What slapd lets the provisioner's account read only while it is in the group of this name. */
const RULES = {
  'scope-members': `access to dn.exact="${groupDn('scope')}" attrs=member`,
  'role-members': `access to dn.exact="${groupDn('agents')}" attrs=member`,
  'group-members': `access to dn.exact="${groupDn('zd-sales')}" attrs=member`,
  mail: 'access to attrs=mail',
  half: 'access to filter=(title=half)',
}

const people = Array.from({ length: 20 }, (_one, i) => ({
  uid: `user${String(i).padStart(2, '0')}`,
  title: i % 2 === 0 ? 'half' : 'other',
}))
const uids = people.map(({ uid }) => uid)

let world: World
beforeAll(async () => {
  const { ldif, slapd } = hideable(RULES)
  world = await openWorld({
    ldif: [directoryOf(people, { scope: uids, agents: uids, 'zd-sales': uids }), ldif].join('\n'),
    slapd,
    sandbox: { clock: 500 },
    config: {
      users: {
        locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }],
        remove: { deleted: 'delete' },
        map: { role: { allowDowngrade: true } },
      },
      guard: {
        users: { share: '5%', min: 2 },
        groups: { share: '5%', min: 2 },
        memberships: { share: '10%', min: 2 },
        clearings: { share: '5%', min: 2 },
      },
    },
  })
  await world.step()
})
afterAll(() => world?.[Symbol.asyncDispose]())

/** What a person would miss. */
async function picture() {
  return {
    ...(await peopleInZendesk(world)),
    sales: (await world.zendesk.members('zd-sales')).length,
  }
}
const whole = { users: uids.map((uid) => `${uid}@example.org`), suspended: 0, agents: 20, sales: 20 }

describe('an access rule that suddenly hides', () => {
  it.each<[string, keyof typeof RULES, { held: Record<string, number>; problems: Record<string, number> }]>([
    [
      '`member` of the scope group: nobody is suspended, all are held',
      'scope-members',
      { held: { users: 20, memberships: 20 }, problems: { HELD: 2, GROUP_MEMBERS_UNREAD: 1 } },
    ],
    [
      '`member` of the group that makes agents: nobody is lowered, all are held',
      'role-members',
      { held: { users: 20 }, problems: { HELD: 1, GROUP_MEMBERS_UNREAD: 1, END_USERS_IN_GROUP: 1 } },
    ],
    [
      '`member` of a managed group: nobody is taken out, all are held',
      'group-members',
      { held: { memberships: 20 }, problems: { HELD: 1, GROUP_MEMBERS_UNREAD: 1 } },
    ],
    [
      '`mail`: everybody is reported, and keeps address and access',
      'mail',
      { held: {}, problems: { EMAIL_MISSING: 20 } },
    ],
    ['half the people: nobody is deleted, they are held', 'half', { held: { users: 10 }, problems: { HELD: 1 } }],
  ])('%s', async (_what, rule, expected) => {
    await world.zendesk.forgetRequests()

    await hide(world, rule)
    await world.step()
    await world.step()
    const hidden = { held: await held(), problems: await problems(), picture: await picture() }
    await show(world, rule)
    await world.step()

    expect(hidden).toEqual({ ...expected, picture: whole })
    expect({ held: await held(), problems: await problems(), picture: await picture() }).toEqual({
      held: {},
      problems: {},
      picture: whole,
    })
    expect(await world.zendesk.writes()).toEqual([])
  })
})

const held = async () => countOf((await world.ledger.held()).map((change) => change.category))
const problems = async () =>
  countOf(
    (await Promise.all((['user', 'group', 'connection'] as const).map((subject) => world.problems(subject))))
      .flat()
      .map(({ code }) => code),
  )

function countOf(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
}
