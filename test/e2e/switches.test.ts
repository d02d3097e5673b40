import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const switchedOff = async () => (await world.ledger.lastCycle())?.switchedOff
const start = (config: ConfigChanges) =>
  openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada', 'bob'], 'zd-help': ['ada'] }),
    config,
  })

/** What happens in the directory, what is switched off, and what the cycles count for it, again and again. */
describe('what is switched off is not done, and is counted in every cycle', () => {
  it('users.actions.create and update, users.remove', async () => {
    world = await start({
      users: { actions: { create: false, update: false }, remove: { deleted: 'ignore', disabled: 'ignore' } },
    })
    for (const uid of ['ada', 'bob', 'cid'])
      await world.zendesk.call('POST', '/api/v2/users', { user: { name: uid, email: `${uid}@example.org` } })
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid' }))
    await world.step()
    await world.zendesk.forgetRequests()

    await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
    await deleteEntry(world.slapd, personDn('cid'))
    await world.step()
    const counted = await switchedOff()
    await world.step()

    expect((await world.zendesk.writes()).filter((one) => one.path.includes('/users'))).toEqual([])
    expect([counted, await switchedOff()]).toEqual([
      { 'create user': 1, 'update user': 1, 'suspend user': 2 },
      { 'create user': 1, 'update user': 1, 'suspend user': 2 },
    ])
  })

  it('groups.actions.create, rename and memberships, groups.remove', async () => {
    world = await start({
      groups: { actions: { create: false, rename: false, memberships: false }, remove: 'ignore' },
    })
    await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'zd-help' } })
    await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'zd-gone' } })
    await addEntry(world.slapd, groupDn('zd-gone'), { objectClass: 'groupOfNames', cn: 'zd-gone', member: 'cn=x' })
    await world.step()
    await world.zendesk.forgetRequests()

    await addEntry(world.slapd, groupDn('zd-new'), { objectClass: 'groupOfNames', cn: 'zd-new', member: 'cn=x' })
    await renameEntry(world.slapd, groupDn('zd-help'), 'cn=zd-support')
    await deleteEntry(world.slapd, groupDn('zd-gone'))
    await world.step()
    const counted = await switchedOff()
    await world.step()

    expect((await world.zendesk.writes()).filter((one) => one.path.includes('group'))).toEqual([])
    const expected = { 'create group': 1, 'rename group': 1, 'delete group': 1, 'add member': 1 }
    expect([counted, await switchedOff()]).toEqual([expected, expected])
  })

  it('a switch that is turned on again carries out what it held back', async () => {
    world = await start({ users: { actions: { create: false } } })
    await world.step()
    await world.stopProduct()
    await using again = await openWorld({ ldif: '', servers: world })
    await again.step()

    expect((await again.zendesk.users()).map((user) => user.email)).toEqual(['ada@example.org', 'bob@example.org'])
    expect((await again.ledger.lastCycle())?.switchedOff).toEqual({})
  })
})
