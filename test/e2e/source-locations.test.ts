import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = [{ uid: 'ada' }, { uid: 'bob' }, { uid: 'eve', title: 'support' }]
const groups = { scope: ['ada', groupDn('inner')], inner: ['bob', groupDn('scope')] }
const emails = async () => (await world.zendesk.users()).map((user) => user.email)
const mail = (...uids: string[]) => uids.map((uid) => `${uid}@example.org`)

describe('a source location', () => {
  it.each([
    ['a filter', { filter: '(title=support)' }, mail('eve')],
    ['a group, its nested groups left alone', { group: groupDn('scope') }, mail('ada')],
    ['a group, nested groups followed, a cycle and all', { group: groupDn('scope'), nested: true }, mail('ada', 'bob')],
    ['nothing but a base', {}, mail('ada', 'bob', 'eve')],
  ])('with %s', async (_what, location, expected) => {
    world = await openWorld({
      ldif: directoryOf(people, groups),
      config: { users: { locations: [{ base: 'ou=people,dc=example,dc=org', ...location }] } },
    })

    await world.step()

    expect(await emails()).toEqual(expected)
  })

  it('finds people with a filter that fits groups as well, unless the filter or the configuration names other classes', async () => {
    const base = 'ou=people,dc=example,dc=org'
    const mixed = [
      ldifEntry(`cn=crew,${base}`, { objectClass: ['groupOfNames', 'worker'], cn: 'crew', member: personDn('ada') }),
      ldifEntry(`uid=robot,${base}`, { objectClass: ['account', 'worker'], uid: 'robot' }),
    ]
    const found = async (config: ConfigChanges) => {
      await using one = await openWorld({
        ldif: [directoryOf(people), ...mixed].join('\n'),
        config: { ...config, groups: { locations: [{ base: 'dc=example,dc=org', filter: '(|(cn=crew)(cn=ada))' }] } },
      })
      await one.step()
      const { groups } = await one.zendesk.call<{ groups: { name: string }[] }>('GET', '/api/v2/groups')
      return {
        users: (await one.zendesk.users()).map(({ email }) => email),
        groups: groups.map(({ name }) => name).filter((name) => ['crew', 'ada'].includes(name)),
        problems: (await one.problems('user'))
          .map(({ code, dn, what }) => `${code} ${dn?.split(',')[0]}: ${what}`)
          .sort(),
      }
    }
    const locations = (filter: string) => [{ base, filter }]

    expect(await found({ users: { locations: locations('(|(uid=*)(cn=*))') } })).toEqual({
      users: mail('ada', 'bob', 'eve'),
      groups: ['crew'],
      problems: [],
    })
    expect(
      await found({ users: { locations: locations('(|(objectClass=account)(objectClass=groupOfNames))') } }),
    ).toEqual({
      users: [],
      groups: ['crew'],
      problems: [
        'EMAIL_MISSING cn=crew: The entry is no person (groupOfNames, worker), and has no mail address',
        'EMAIL_MISSING uid=robot: The entry is no person (account, worker), and has no mail address',
        'NAME_MISSING uid=robot: The entry is no person (account, worker), and has no name',
      ],
    })
    expect(
      await found({
        users: {
          locations: locations('(uid=r*)'),
          map: { email: { expression: "uid & '@example.org'" }, name: 'uid' },
        },
        directory: { personClasses: ['account'], groupClasses: ['inetOrgPerson'] },
      }),
    ).toEqual({ users: mail('robot'), groups: ['ada'], problems: [] })
  })

  it('may be one of several, and an entry in two of them is one user', async () => {
    const base = 'ou=people,dc=example,dc=org'
    world = await openWorld({
      ldif: directoryOf(people, groups),
      config: {
        users: {
          locations: [
            { base, filter: '(title=support)' },
            { base, group: groupDn('inner') },
            { base, filter: '(uid=e*)' },
          ],
        },
      },
    })

    await world.step()

    expect(await emails()).toEqual(mail('bob', 'eve'))
  })
})

describe('created users', () => {
  it('are mailed only with verificationMail', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { users: { verificationMail: true } } })

    await world.step()

    expect(await world.zendesk.mails()).toHaveLength(3)
  })

  it('never take a user who is linked to another entry: both are named', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const ada = (await world.zendesk.user('ada@example.org'))!
    await modifyEntry(world.slapd, personDn('ada'), { delete: { mail: [] } })
    await addEntry(world.slapd, personDn('adele'), person({ uid: 'adele', mail: 'ada@example.org' }))

    await world.step()

    expect(await emails()).toEqual(mail('ada'))
    expect((await world.zendesk.user('ada@example.org'))?.name).toBe('ada')
    expect((await world.problems('user')).find((problem) => problem.code === 'EMAIL_OWNED')).toMatchObject({
      dn: personDn('adele'),
      what: `'ada@example.org' is already the address of Zendesk user ${ada.id}, who is linked to ${personDn('ada')}`,
    })
  })
})
