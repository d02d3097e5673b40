import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const create = (name: string) => world.zendesk.call('POST', '/api/v2/groups', { group: { name } })
const idsOf = async (name: string) =>
  (await world.zendesk.groups()).filter((one) => one.name === name).map(({ id }) => id)
const names = async () => (await world.zendesk.groups()).map(({ name }) => name).sort()
const codes = async () => (await world.problems('group')).map(({ code, dn }) => `${code} ${dn?.slice(3, 7)}`).sort()
const describeGroup = (cn: string, description: string) =>
  modifyEntry(world.slapd, groupDn(cn), { replace: { description } })

describe('groups that change in Zendesk between the plan and the write', () => {
  it('are made anew, or reported and not doubled, and converge', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada', 'bob'], 'zd-a': ['ada'], 'zd-b': ['bob'] }),
      config: { groups: { match: 'description', membershipAudit: '1h' } },
      sandbox: { unknowns: { groupNames: 'repeat' } },
    })
    for (const cn of ['a', 'b']) await describeGroup(`zd-${cn}`, cn)
    await world.step()
    await world.step()
    const [[a], [b]] = [await idsOf('a'), await idsOf('b')]

    await world.queue('groups').pause()
    await describeGroup('zd-a', 'a2')
    await describeGroup('zd-b', 'b2')
    await addEntry(world.slapd, groupDn('zd-c'), { ...group('zd-c', ['ada']), description: 'c' })
    await world.cycle()
    await world.zendesk.call('DELETE', `/api/v2/groups/${a}`)
    for (const name of ['b2', 'c', 'c']) await create(name)
    await world.queue('groups').resume()
    await world.settled()
    await world.step()
    await world.step()

    expect(await names()).toEqual(['Support', 'a2', 'b', 'b2', 'c', 'c'])
    expect([await world.zendesk.members('a2'), await world.zendesk.members('b')]).toEqual([
      ['ada@example.org'],
      ['bob@example.org'],
    ])
    expect(await codes()).toEqual(['GROUP_AMBIGUOUS zd-c', 'GROUP_NAME_TAKEN zd-b'])

    for (const name of ['b2', 'c']) await world.zendesk.call('DELETE', `/api/v2/groups/${(await idsOf(name))[0]}`)
    await world.step()
    await world.step()

    expect([await names(), await idsOf('b2'), await codes()]).toEqual([['Support', 'a2', 'b2', 'c'], [b], []])
    expect(await world.zendesk.members('c')).toEqual(['ada@example.org'])
    const groupWrites = (await world.zendesk.writes()).filter(({ path }) => path.startsWith('/api/v2/groups'))
    expect(groupWrites.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'POST 201',
      'POST 201',
      'PUT 404',
      'POST 201',
      'PUT 200',
    ])
  })
})
