import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { hide, hideable, show } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { peopleInZendesk } from '../fixtures/people-in-zendesk.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const GROUPS = 'ou=groups,dc=example,dc=org'

/** What slapd lets the provisioner's account read only while it is in the group of this name. */
const RULES = {
  'id-of-ada': `access to dn.exact="${personDn('ada')}" attrs=entryUUID`,
  'all-of-ada': `access to dn.exact="${personDn('ada')}" attrs=@inetOrgPerson,entryUUID,objectClass`,
  'id-of-sales': `access to dn.exact="${groupDn('zd-sales')}" attrs=entryUUID`,
  'all-of-sales': `access to dn.exact="${groupDn('zd-sales')}" attrs=cn,member,objectClass,entryUUID`,
  'id-of-agents': `access to dn.exact="${groupDn('agents')}" attrs=entryUUID`,
  'all-of-agents': `access to dn.exact="${groupDn('agents')}" attrs=cn,member,objectClass,entryUUID`,
  'all-of-scope': `access to dn.exact="${groupDn('scope')}" attrs=cn,member,objectClass,entryUUID`,
}

const uids = ['ada', 'bob', 'cid']
/** People in scope and in no other group. */
const others = ['dan', 'eve']
const mail = (...names: string[]) => names.map((uid) => `${uid}@example.org`)

let world: World
beforeAll(async () => {
  const { ldif, slapd } = hideable(RULES)
  const people = directoryOf(
    [...uids, ...others].map((uid) => ({ uid })),
    { scope: [...uids, ...others, 'new'], agents: [...uids, 'new'], 'zd-sales': uids, 'zd-all': uids },
  )
  world = await openWorld({
    ldif: [people, ldif].join('\n'),
    slapd,
    sandbox: { clock: 500 },
    config: {
      users: {
        locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }],
        remove: { deleted: 'delete', outOfScope: 'delete' },
        map: { role: { allowDowngrade: true } },
      },
      groups: { locations: [{ base: GROUPS, filter: '(cn=zd-*)' }], remove: 'delete-all' },
    },
  })
  await world.step()
})
afterAll(() => world?.[Symbol.asyncDispose]())

/** What a person would miss. */
async function picture() {
  return {
    ...(await peopleInZendesk(world)),
    groups: [await world.zendesk.members('zd-sales'), await world.zendesk.members('zd-all')],
  }
}
const whole = { users: mail(...uids, ...others), suspended: 0, agents: 3, groups: [mail(...uids), mail(...uids)] }

const problems = async () =>
  (await problemsTold(world))
    .filter(({ problem }) => problem.subject !== 'account')
    .map(({ problem: { code, dn, subject } }) => `${code} ${dn?.split(',')[0] ?? subject}`)
    .sort()

describe('a rule that hides', () => {
  it.each<[string, keyof typeof RULES, string[]]>([
    ['a user’s id', 'id-of-ada', ['ID_MISSING uid=ada']],
    ['a user but for the entry itself', 'all-of-ada', ['ENTRY_UNREAD uid=ada']],
    ['a managed group’s id', 'id-of-sales', ['ID_MISSING cn=zd-sales']],
    ['a managed group but for the entry itself', 'all-of-sales', ['ENTRY_UNREAD cn=zd-sales']],
    ['the id of a group that decides roles, whose members show all the same', 'id-of-agents', []],
    [
      'a group that decides roles but for the entry itself',
      'all-of-agents',
      [
        'END_USERS_IN_GROUP cn=zd-all',
        'END_USERS_IN_GROUP cn=zd-sales',
        'GROUP_MEMBERS_UNREAD cn=agents',
        'HELD connection',
      ],
    ],
    [
      'a location’s group but for the entry itself',
      'all-of-scope',
      ['GROUP_MEMBERS_UNREAD cn=scope', 'HELD connection'],
    ],
  ])('%s: nobody loses anything, and everybody else goes on', async (_what, rule, told) => {
    // Zendesk takes five writes of one user a minute.
    const at = Object.keys(RULES).indexOf(rule)
    const other = others[at % others.length]!
    const wanted = `+1555010${at}`

    await hide(world, rule)
    await world.step()
    await modifyEntry(world.slapd, personDn(other), { replace: { telephoneNumber: wanted } })
    await world.fullStep()
    const hidden = { picture: await picture(), problems: await problems() }
    const phone = (await world.zendesk.user(`${other}@example.org`))?.phone
    await show(world, rule)
    await world.fullStep()

    expect(hidden).toEqual({ picture: whole, problems: told })
    // Whose scope can't be read is not written either.
    expect(phone === wanted).toBe(rule !== 'all-of-scope')
    expect({ picture: await picture(), problems: await problems() }).toEqual({ picture: whole, problems: [] })
  })

  it('a user and a group keeps no leaver beside them from leaving', async () => {
    await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))
    await world.step()
    await hide(world, 'id-of-ada')
    await hide(world, 'all-of-sales')
    await deleteEntry(world.slapd, personDn('new'))
    await world.step()
    const users = await picture()
    await show(world, 'id-of-ada')
    await show(world, 'all-of-sales')
    await world.step()

    expect(users).toEqual(whole)
    expect({ picture: await picture(), problems: await problems() }).toEqual({ picture: whole, problems: [] })
  })

  it('is said of the entry by `provisioner map`', async () => {
    await hide(world, 'id-of-ada')
    const { stderr } = await runCli(world, ['map', personDn('ada')])
    await show(world, 'id-of-ada')

    expect(stderr).toContain("shows no single value in 'entryUUID'")
  })
})

it('a group of a role in a place that is not there stops nobody, and is a problem', async () => {
  const nowhere = 'cn=admins,ou=nowhere,dc=example,dc=org'
  await using one = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }]),
    config: { users: { map: { role: { byGroup: { [nowhere]: 'agent' } } } } },
  })

  await one.step()

  expect((await one.zendesk.users()).map(({ email }) => email)).toEqual(mail('ada'))
  expect((await one.problems('connection')).map(({ code, dn }) => `${code} ${dn}`)).toEqual([
    `GROUP_MEMBERS_UNREAD ${nowhere}`,
  ])
})
