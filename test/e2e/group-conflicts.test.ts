import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = [{ uid: 'ada' }, { uid: 'bob' }]
const agents = { agents: ['ada', 'bob'] }
const mail = (...uids: string[]) => uids.map((uid) => `${uid}@example.org`)
const groups = async () => (await world.zendesk.groups()).filter((one) => one.name !== 'Support')
const codes = async () => (await world.problems('group')).map(({ code, dn }) => `${code} ${dn?.slice(3, 7)}`).sort()
const create = async (name: string) =>
  (await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', { group: { name } })).group.id
const isGroupWrite = ({ path }: { path: string }) => path.startsWith('/api/v2/groups')
const groupWrites = async () =>
  (await world.zendesk.writes()).filter(isGroupWrite).map(({ method, status }) => `${method} ${status}`)

describe('groups of one name', () => {
  it('in the directory: the linked one stays linked and its members come and go, both are reported, until one is renamed', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-a': ['ada'], 'zd-b': ['bob'] }),
      config: { groups: { match: 'description' } },
    })
    await modifyEntry(world.slapd, groupDn('zd-a'), { add: { description: 'Sales' } })
    await world.step()
    const [linked] = await groups()
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, groupDn('zd-b'), { add: { description: 'sales' } })
    await modifyEntry(world.slapd, groupDn('zd-a'), { add: { member: personDn('bob') } })
    await world.step()

    expect(await groups()).toMatchObject([{ id: linked!.id, name: 'Sales' }])
    expect(await world.zendesk.members('Sales')).toEqual(mail('ada', 'bob'))
    expect(await codes()).toEqual(['GROUP_NAME_TWICE zd-a', 'GROUP_NAME_TWICE zd-b'])
    expect(await groupWrites()).toEqual([])

    await modifyEntry(world.slapd, groupDn('zd-a'), { replace: { description: 'Revenue' } })
    await world.step()

    expect((await groups()).map(({ name }) => name).sort()).toEqual(['Revenue', 'sales'])
    expect((await groups()).find(({ id }) => id === linked!.id)?.name).toBe('Revenue')
    expect([await world.zendesk.members('Revenue'), await world.zendesk.members('sales')]).toEqual([
      mail('ada', 'bob'),
      mail('bob'),
    ])
    expect(await codes()).toEqual([])
    expect(await groupWrites()).toEqual(['PUT 200', 'POST 201'])
  })

  it('in Zendesk: none is linked and no third is created, until one is left', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-a': ['ada'] }),
      sandbox: { unknowns: { groupNames: 'repeat' } },
    })
    const [first, second] = [await create('zd-a'), await create('zd-a')]

    await world.step()
    await world.step()

    expect(await codes()).toEqual(['GROUP_AMBIGUOUS zd-a'])
    expect(new Set((await groups()).map(({ id }) => id))).toEqual(new Set([first, second]))
    expect(await world.zendesk.members('zd-a')).toEqual([])

    await world.zendesk.call('DELETE', `/api/v2/groups/${first}`)
    await world.step()

    expect(await groups()).toMatchObject([{ id: second, name: 'zd-a' }])
    expect([await world.zendesk.members('zd-a'), await codes()]).toEqual([mail('ada'), []])
    expect(await groupWrites()).toEqual([])
  })
})
