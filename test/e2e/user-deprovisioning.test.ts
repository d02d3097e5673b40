import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifRename } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { hide, hideable } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const stateOf = async (email = 'ada@example.org') => {
  const user = await world.zendesk.user(email)
  return user ? (user.suspended ? 'suspended' : 'active') : 'gone'
}
const byGroup = { locations: [{ base: 'ou=people,dc=example,dc=org', group: groupDn('scope') }] }

/** Each way out of scope, with the way back. */
const WAYS = {
  disabled: {
    leave: () => modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } }),
    comeBack: () => modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'active' } }),
  },
  outOfScope: {
    leave: () => modifyEntry(world.slapd, groupDn('scope'), { delete: { member: personDn('ada') } }),
    comeBack: () => modifyEntry(world.slapd, groupDn('scope'), { add: { member: personDn('ada') } }),
  },
} as const

describe('user deprovisioning', () => {
  it.each(['disabled', 'outOfScope'] as const)('%s: suspended by default, restored when back', async (way) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { scope: ['ada', 'bob'] }),
      config: { users: byGroup },
    })
    await world.step()

    await WAYS[way].leave()
    await world.step()
    const left = await stateOf()
    await WAYS[way].comeBack()
    await world.step()

    expect([left, await stateOf(), await stateOf('bob@example.org')]).toEqual(['suspended', 'active', 'active'])
  })

  it.each(['disabled', 'outOfScope'] as const)('%s: deleted when configured, created anew when back', async (way) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }], { scope: ['ada', 'cn=x'] }),
      config: { users: { ...byGroup, remove: { [way]: 'delete' } } },
    })
    await world.step()
    const before = await world.zendesk.user('ada@example.org')

    await WAYS[way].leave()
    await world.step()
    const left = await stateOf()
    await WAYS[way].comeBack()
    await world.step()

    const after = await world.zendesk.user('ada@example.org')
    expect([left, await stateOf()]).toEqual(['gone', 'active'])
    expect(after!.id).not.toBe(before!.id)
  })

  it.each(['disabled', 'outOfScope'] as const)('%s: ignored when configured', async (way) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }], { scope: ['ada', 'cn=x'] }),
      config: { users: { ...byGroup, remove: { [way]: 'ignore' } } },
    })
    await world.step()

    await WAYS[way].leave()
    await world.step()

    expect(await stateOf()).toBe('active')
  })

  it.each([
    ['suspend', 'suspended'],
    ['delete', 'gone'],
    ['ignore', 'active'],
  ])('deleted: %s', async (action, state) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { users: { remove: { deleted: action } } },
    })
    await world.step()

    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()

    expect([await stateOf(), await stateOf('bob@example.org')]).toEqual([state, 'active'])
  })

  it.each([
    ['filtered out', () => modifyEntry(world.slapd, personDn('ada'), { replace: { title: 'y' } })],
    ['moved elsewhere', () => applyLdif(world.slapd, ldifRename(personDn('ada'), 'uid=ada', 'dc=example,dc=org'))],
  ])('takes the policy for deleted only when the entry is really gone: %s', async (_how, leave) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', title: 'x' }]),
      config: {
        users: {
          locations: [{ base: 'ou=people,dc=example,dc=org', filter: '(title=x)' }],
          remove: { deleted: 'delete', outOfScope: 'suspend' },
        },
      },
    })
    await world.step()

    await leave()
    await world.step()

    expect(await stateOf()).toBe('suspended')
  })

  it.each([
    ['suspend', 'suspended', '0s', 'gone'],
    ['ignore', 'active', '0s', 'gone'],
    ['suspend', 'suspended', '1d', 'active'],
  ])(
    'asks before a full cycle deletes who had left the scope: %s, %s, after %s',
    async (outOfScope, is, after, bob) => {
      const users = { remove: { deleted: 'delete', outOfScope }, removeAfter: { deleted: after } }
      world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]), config: { users } })
      await world.step()
      await applyLdif(world.slapd, ldifRename(personDn('ada'), 'uid=ada', 'dc=example,dc=org'))
      await world.step()

      for (const dn of ['uid=ada,dc=example,dc=org', personDn('bob')]) await deleteEntry(world.slapd, dn)
      await world.fullStep()
      await world.step()
      const before = [await stateOf(), await stateOf('bob@example.org')]
      const held = await runCli(world, ['held'])
      await runCli(world, ['approve', 'staff', '--matching', 'ada'])
      await world.fullStep()

      expect(before).toEqual([is, bob])
      expect(held.stdout).toMatch(/delete user {2}ada@example\.org .*left the scope before, and is not seen any more/)
      expect(await stateOf()).toBe('gone')
    },
  )

  it('asks before it deletes who had left the scope, also when the entry could not be read in between', async () => {
    const { ldif, slapd } = hideable({ 'id-of-ada': `access to dn.exact="${personDn('ada')}" attrs=entryUUID` })
    const locations = [{ base: 'ou=people,dc=example,dc=org', filter: '(title=x)' }]
    const users = { locations, remove: { deleted: 'delete', outOfScope: 'suspend' } }
    const people = directoryOf([
      { uid: 'ada', title: 'x' },
      { uid: 'bob', title: 'x' },
    ])
    world = await openWorld({ ldif: [people, ldif].join('\n'), slapd, config: { users } })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { title: 'y' } })
    await world.step()

    await hide(world, 'id-of-ada')
    await world.fullStep()
    const unread = (await world.problems('user')).map(({ code }) => code)
    await deleteEntry(world.slapd, personDn('ada'))
    await world.fullStep()

    expect([unread, await stateOf()]).toEqual([['ENTRY_UNREAD'], 'suspended'])
    expect((await runCli(world, ['held'])).stdout).toContain('left the scope before, and is not seen any more')
  })

  it('follows an entry that is renamed or moved within the scope', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await world.zendesk.forgetRequests()

    await renameEntry(world.slapd, personDn('ada'), 'uid=countess')
    await world.step()

    expect(await world.zendesk.writes()).toEqual([])
    expect(await stateOf()).toBe('active')
  })

  it('does not restore whom somebody else suspended', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.zendesk.call('POST', '/api/v2/users', {
      user: { name: 'ada', email: 'ada@example.org', suspended: true, skip_verify_email: true },
    })

    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()

    expect(await stateOf()).toBe('suspended')
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('7')
  })

  it('never creates an entry that is disabled, and suspends one that exists', async () => {
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', employeeStatus: 'left' },
        { uid: 'bob', employeeStatus: 'left' },
      ]),
    })
    await world.zendesk.call('POST', '/api/v2/users', {
      user: { name: 'bob', email: 'bob@example.org', skip_verify_email: true },
    })

    await world.step()

    expect([await stateOf(), await stateOf('bob@example.org')]).toEqual(['gone', 'suspended'])
  })

  it('sees a leaver of the scope group in the very next cycle, though nobody joins', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { scope: ['ada', 'bob'] }),
      config: { users: byGroup },
    })
    await world.step()

    await modifyEntry(world.slapd, groupDn('scope'), { delete: { member: personDn('bob') } })
    await world.step()

    expect(await stateOf('bob@example.org')).toBe('suspended')
  })

  it('creates a new entry of the same name as a new user when the old one was deleted there', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      config: { users: { remove: { deleted: 'delete' } } },
    })
    await world.step()
    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()

    await addEntry(world.slapd, personDn('ada'), person({ uid: 'ada' }))
    await world.step()

    expect(await stateOf()).toBe('active')
  })
})
