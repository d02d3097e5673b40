import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = [{ uid: 'ada' }, { uid: 'bob' }, { uid: 'eve' }]
const agents = { agents: ['ada', 'bob', 'eve'] }
const groups = async () => (await world.zendesk.groups()).filter((one) => one.name !== 'Support')
const idOf = async (name: string) => (await groups()).find((one) => one.name === name)?.id
const names = async () => (await groups()).map(({ name }) => name).sort()
const describeGroup = (cn: string, description: string) =>
  modifyEntry(world.slapd, groupDn(cn), { replace: { description } })
const members = async (...of: string[]) =>
  Promise.all(of.map(async (name) => (await world.zendesk.members(name)).map((email) => email.split('@')[0]).join()))

/** A world where the description names the group in Zendesk. */
async function namedByDescription(named: Record<string, string>, settings: object = {}) {
  const uids = ['ada', 'bob', 'eve']
  world = await openWorld({
    ldif: directoryOf(people, {
      ...agents,
      ...Object.fromEntries(Object.keys(named).map((cn, i) => [cn, [uids[i % uids.length]!]])),
    }),
    config: { groups: { match: 'description' } },
    sandbox: { unknowns: settings },
  })
  for (const [cn, description] of Object.entries(named)) await describeGroup(cn, description)
  await world.step()
}

describe('a group whose name is taken', () => {
  it.each(['repeat', 'unique'])(
    'swaps with another, moves up in a chain, and its old name goes to a new group, each staying itself, where names %s',
    async (groupNames) => {
      await namedByDescription({ 'zd-1': 'A', 'zd-2': 'B', 'zd-3': 'C', 'zd-4': 'D', 'zd-5': 'E' }, { groupNames })
      const before = new Map(await Promise.all(['A', 'B', 'C', 'D', 'E'].map(async (n) => [n, await idOf(n)] as const)))

      const renamed = { 'zd-1': 'B', 'zd-2': 'A', 'zd-3': 'D', 'zd-4': 'E', 'zd-5': 'F' }
      for (const [cn, name] of Object.entries(renamed)) await describeGroup(cn, name)
      await addEntry(world.slapd, groupDn('zd-6'), { ...group('zd-6', ['bob']), description: 'C' })
      await world.step()

      expect(await names()).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
      expect(await Promise.all(['B', 'A', 'D', 'E', 'F'].map(idOf))).toEqual([...before.values()])
      expect([...before.values()]).not.toContain(await idOf('C'))
      expect(await members('A', 'B', 'C', 'D', 'E', 'F')).toEqual(['bob', 'ada', 'bob', 'eve', 'ada', 'bob'])
      expect(await world.problems('group')).toEqual([])
      await world.zendesk.forgetRequests()
      await world.fullStep()
      expect(await world.zendesk.writes()).toEqual([])
    },
  )

  it('of a foreign group: keeps its own, and whoever waits for it; their members come and go until the foreign one is gone', async () => {
    await namedByDescription({ 'zd-1': 'A', 'zd-2': 'B' })
    const [a, b] = [await idOf('A'), await idOf('B')]
    const foreign = (
      await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', { group: { name: 'C' } })
    ).group.id
    await world.zendesk.forgetRequests()

    await describeGroup('zd-1', 'B')
    await describeGroup('zd-2', 'C')
    await modifyEntry(world.slapd, groupDn('zd-2'), { add: { member: personDn('eve') } })
    await world.step()
    await world.step()

    expect([await idOf('A'), await idOf('B'), await idOf('C')]).toEqual([a, b, foreign])
    expect(await members('A', 'B', 'C')).toEqual(['ada', 'bob,eve', ''])
    const problems = await world.problems('group')
    expect(problems.map(({ code, dn }) => [code, dn]).sort()).toEqual([
      ['GROUP_NAME_TAKEN', groupDn('zd-1')],
      ['GROUP_NAME_TAKEN', groupDn('zd-2')],
    ])
    expect((await world.zendesk.writes()).map(({ path }) => path)).not.toContain(`/api/v2/groups/${b}`)
    expect(await world.queue('groups').getFailedCount()).toBe(0)

    await world.zendesk.call('DELETE', `/api/v2/groups/${foreign}`)
    await world.step()

    expect([await names(), await idOf('B'), await idOf('C')]).toEqual([['B', 'C'], a, b])
    expect([await members('B', 'C'), await world.problems('group')]).toEqual([['ada', 'bob,eve'], []])
  })
})

describe('a group that is deleted in the directory and made anew under its name', () => {
  it('stays the same group in Zendesk, with the members of the new one', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-a': ['ada', 'bob'] }) })
    await world.step()
    const id = await idOf('zd-a')
    await world.zendesk.forgetRequests()

    await deleteEntry(world.slapd, groupDn('zd-a'))
    await addEntry(world.slapd, groupDn('zd-a'), group('zd-a', ['bob', 'eve']))
    await world.step()
    await world.step()

    expect([await groups(), await members('zd-a'), await world.problems('group')]).toMatchObject([
      [{ id, name: 'zd-a' }],
      ['bob,eve'],
      [],
    ])
    expect((await world.zendesk.writes()).map(({ method }) => method).sort()).toEqual(['DELETE', 'POST'])
  })
})
