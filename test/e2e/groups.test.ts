import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const names = async () =>
  (await world.zendesk.groups())
    .map((one) => one.name)
    .filter((name) => name !== 'Support')
    .sort()
const agents = { agents: ['ada', 'bob'] }
const people = [{ uid: 'ada' }, { uid: 'bob' }]

describe('groups', () => {
  it('are created, and matched by name with those that exist', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada'], 'zd-old': [], other: [] }) })
    const { group: existing } = await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', {
      group: { name: 'zd-old' },
    })

    await world.step()

    expect(await names()).toEqual(['zd-old', 'zd-sales'])
    expect((await world.zendesk.groups()).find((one) => one.name === 'zd-old')?.id).toBe(existing.id)
  })

  it('are renamed with the directory, and stay the same group', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada'] }) })
    await world.step()
    const before = (await world.zendesk.groups()).find((one) => one.name === 'zd-sales')

    await renameEntry(world.slapd, groupDn('zd-sales'), 'cn=zd-revenue')
    await world.step()

    expect((await world.zendesk.groups()).find((one) => one.name === 'zd-revenue')?.id).toBe(before!.id)
    expect(await world.zendesk.members('zd-revenue')).toEqual(['ada@example.org'])
    expect(await names()).toEqual(['zd-revenue'])
  })

  it.each([
    ['delete-created', ['zd-adopted']],
    ['delete-all', []],
    ['ignore', ['zd-adopted', 'zd-created']],
  ])('that are gone in the directory: remove %s leaves %j', async (remove, left) => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-created': ['ada'], 'zd-adopted': ['ada'] }),
      config: { groups: { remove } },
    })
    await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'zd-adopted' } })
    await world.step()

    await deleteEntry(world.slapd, groupDn('zd-created'))
    await deleteEntry(world.slapd, groupDn('zd-adopted'))
    await world.step()

    expect(await names()).toEqual(left)
  })

  it('that leave the filter are removed like those that are gone', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada'] }) })
    await world.step()

    await renameEntry(world.slapd, groupDn('zd-sales'), 'cn=sales')
    await world.step()

    expect(await names()).toEqual([])
  })

  it('of one name in the directory are reported, and neither is created', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-a': [], 'zd-b': [] }),
      config: { groups: { match: 'description' } },
    })
    for (const name of ['zd-a', 'zd-b'])
      await modifyEntry(world.slapd, groupDn(name), { add: { description: 'Sales' } })

    await world.step()

    expect(await names()).toEqual([])
    expect((await world.problems('group')).map((problem) => problem.code)).toEqual([
      'GROUP_NAME_TWICE',
      'GROUP_NAME_TWICE',
    ])
  })

  it('that come back are created again', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-sales': ['ada'] }) })
    await world.step()
    await deleteEntry(world.slapd, groupDn('zd-sales'))
    await world.step()

    await addEntry(world.slapd, groupDn('zd-sales'), group('zd-sales', ['bob']))
    await world.step()

    expect(await world.zendesk.members('zd-sales')).toEqual(['bob@example.org'])
  })
})
