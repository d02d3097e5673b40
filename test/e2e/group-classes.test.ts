import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import type { WorldOptions } from '../fixtures/world-options.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SUFFIX = 'dc=example,dc=org'
const mail = (...uids: string[]) => uids.map((uid) => `${uid}@example.org`)
const people = ['ada', 'bob', 'cid', 'dan', 'eve'].map((uid) => ({ uid, title: uid < 'c' ? 'support' : 'sales' }))
const BY_URL = `ldap:///ou=people,${SUFFIX}??sub?(title=support)`

/** A group of the given classes; `posixGroup` gets its number. */
function group(cn: string, classes: string[], attributes: Record<string, string | string[]>): string {
  const number = classes.includes('posixGroup') ? { gidNumber: '7' } : {}
  return ldifEntry(groupDn(cn), { objectClass: classes, cn, ...number, ...attributes })
}

const names = group('zd-names', ['groupOfNames'], { member: personDn('ada') })
const unique = group('zd-unique', ['groupOfUniqueNames'], {
  uniqueMember: [`${personDn('bob')}#'0101'B`, personDn('CID').toUpperCase()],
})
const posix = group('zd-posix', ['posixGroup'], { memberUid: ['dan', 'nobody'] })
const dynamic = group('zd-dynamic', ['groupOfURLs'], { memberURL: BY_URL })

/** The configuration's defaults for memberships. */
const DEFAULTS = { directory: { membership: null } }
const AGENTS = { users: { map: { role: { byGroup: null, default: 'agent' } } } }

const open = async (groups: string[], config: object = AGENTS, options: Partial<WorldOptions> = {}) => {
  world = await openWorld({
    ...options,
    ldif: [directoryOf(people), ...groups].join('\n'),
    config: { ...DEFAULTS, ...config },
  })
}

describe('a group is read by what its object class says', () => {
  it('whichever that is: names, unique names, uids or searches, mixed in one directory', async () => {
    await open([names, unique, posix, dynamic])

    await world.step()

    expect(
      await Promise.all(['names', 'unique', 'posix', 'dynamic'].map((cn) => world.zendesk.members(`zd-${cn}`))),
    ).toEqual([mail('ada'), mail('bob', 'cid'), mail('dan'), mail('ada', 'bob')])
    expect(await world.problems('group')).toEqual([])
  })

  it('by all of several classes: posixGroup as in RFC 2307bis', async () => {
    const both = group('zd-both', ['groupOfNames', 'posixGroup'], { member: personDn('ada'), memberUid: 'bob' })
    await open([both, group('zd-names', ['groupOfNames', 'posixGroup'], { member: personDn('eve') })], AGENTS, {
      slapd: { posix: 'rfc2307bis' },
    })

    await world.step()

    expect([await world.zendesk.members('zd-both'), await world.zendesk.members('zd-names')]).toEqual([
      mail('ada', 'bob'),
      mail('eve'),
    ])
  })

  it('unless membership.group says otherwise, one attribute or several', async () => {
    await open([names, unique, posix], {
      ...AGENTS,
      directory: { membership: { group: ['member', 'uniqueMember'], user: false } },
    })

    await world.step()

    expect(await Promise.all(['names', 'unique', 'posix'].map((cn) => world.zendesk.members(`zd-${cn}`)))).toEqual([
      mail('ada'),
      mail('bob', 'cid'),
      [],
    ])
  })

  it('as a role’s group, nested ones included', async () => {
    const crew = group('crew', ['groupOfUniqueNames'], {
      uniqueMember: [groupDn('posix'), groupDn('dynamic'), personDn('eve')],
    })
    await open(
      [
        crew,
        group('posix', ['posixGroup'], { memberUid: 'dan' }),
        group('dynamic', ['groupOfURLs'], { memberURL: BY_URL }),
      ],
      { users: { map: { role: { byGroup: { [groupDn('agents')]: null, [groupDn('crew')]: 'agent' } } } } },
    )

    await world.step()

    expect((await world.zendesk.users()).filter((user) => user.role === 'agent').map((user) => user.email)).toEqual(
      mail('ada', 'bob', 'dan', 'eve'),
    )
  })

  it('as a group nested in another one that lies beside everything that is read', async () => {
    const elsewhere = (cn: string) => `cn=${cn},ou=elsewhere,${SUFFIX}`
    const container = ldifEntry(`ou=elsewhere,${SUFFIX}`, { objectClass: 'organizationalUnit', ou: 'elsewhere' })
    const outer = ldifEntry(elsewhere('outer'), {
      objectClass: 'groupOfNames',
      cn: 'outer',
      member: [elsewhere('inner'), `cn=nobody,ou=nowhere,${SUFFIX}`],
    })
    const inner = ldifEntry(elsewhere('inner'), {
      ...{ objectClass: 'posixGroup', cn: 'inner', gidNumber: '7', memberUid: 'dan' },
    })
    await open([container, outer, inner, group('zd-all', ['groupOfNames'], { member: elsewhere('outer') })], {
      ...AGENTS,
      groups: { locations: [{ base: `ou=groups,${SUFFIX}`, filter: '(cn=zd-*)', nested: true }] },
    })

    await world.step()

    expect(await world.zendesk.members('zd-all')).toEqual(mail('dan'))
  })

  it.each([
    ['groupOfUniqueNames', unique, 'zd-unique', mail('bob', 'cid')],
    ['posixGroup', posix, 'zd-posix', mail('dan')],
    ['groupOfURLs', dynamic, 'zd-dynamic', mail('ada', 'bob')],
  ])('as a location’s group: %s', async (_class, ldif, cn, expected) => {
    await open([ldif], { users: { locations: [{ base: `ou=people,${SUFFIX}`, group: groupDn(cn) }] } })

    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(expected)
  })
})

describe('a dynamic group', () => {
  it('follows its search', async () => {
    await open([dynamic])
    await world.step()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { title: 'sales' } })
    await modifyEntry(world.slapd, personDn('cid'), { replace: { title: 'support' } })
    await world.step()

    expect(await world.zendesk.members('zd-dynamic')).toEqual(mail('bob', 'cid'))
  })

  it.each([
    ['names another server', `ldap://elsewhere.example.org/ou=people,${SUFFIX}??sub?(title=x)`, 'another server'],
    ['is malformed', `ldap:///ou=people,${SUFFIX}??everything`, 'no LDAP URL'],
    ['has a broken filter', `ldap:///ou=people,${SUFFIX}??sub?(title=`, 'not an LDAP filter'],
    ['finds nobody any more', `ldap:///ou=people,${SUFFIX}??sub?(title=x)`, 'names nobody in memberURL'],
    ['starts nowhere', `ldap:///ou=gone,${SUFFIX}??sub?(title=x)`, 'does not exist'],
  ])('whose URL %s counts as not read: nobody is taken out, and it is a problem', async (_how, url, why) => {
    await open([dynamic, names])
    await world.step()

    await modifyEntry(world.slapd, groupDn('zd-dynamic'), { replace: { memberURL: url } })
    await modifyEntry(world.slapd, groupDn('zd-names'), { add: { member: personDn('eve') } })
    await world.step()

    expect(await world.zendesk.members('zd-dynamic')).toEqual(mail('ada', 'bob'))
    expect(await world.zendesk.members('zd-names')).toEqual(mail('ada', 'eve'))
    expect((await world.problems('group')).map(({ code, what }) => [code, what])).toEqual([
      ['GROUP_MEMBERS_UNREAD', expect.stringContaining(why)],
    ])
  })
})
