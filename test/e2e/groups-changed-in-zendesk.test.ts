import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = [{ uid: 'ada' }, { uid: 'bob' }]
const agents = { agents: ['ada', 'bob'] }
const idOf = async (name: string) => (await world.zendesk.groups()).find((one) => one.name === name)!.id

describe('a linked group that somebody changed in Zendesk', () => {
  it('is created again with its members, or linked anew, when it was deleted there', async () => {
    world = await openWorld({ ldif: directoryOf(people, { ...agents, 'zd-a': ['ada', 'bob'], 'zd-b': ['bob'] }) })
    await world.step()
    for (const name of ['zd-a', 'zd-b']) await world.zendesk.call('DELETE', `/api/v2/groups/${await idOf(name)}`)
    const { group } = await world.zendesk.call<{ group: { id: number } }>('POST', '/api/v2/groups', {
      group: { name: 'zd-b' },
    })

    await world.fullStep()
    await world.step()

    expect(await world.zendesk.members('zd-a')).toEqual(['ada@example.org', 'bob@example.org'])
    expect([await idOf('zd-b'), await world.zendesk.members('zd-b')]).toEqual([group.id, ['bob@example.org']])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('takes no more members once it was deleted there: that is reported, asked once, and solved by the next cycle', async () => {
    world = await openWorld({
      ldif: directoryOf([...people, { uid: 'eve' }], { agents: ['ada', 'bob', 'eve'], 'zd-a': ['ada'], 'zd-b': [] }),
      config: { groups: { membershipAudit: '1h' } },
      sandbox: { unknowns: { membershipResults: 'generic' } },
    })
    await world.step()
    await world.step()
    for (const name of ['zd-a', 'zd-b']) await world.zendesk.call('DELETE', `/api/v2/groups/${await idOf(name)}`)
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, groupDn('zd-a'), { add: { member: [personDn('bob'), personDn('eve')] } })
    await modifyEntry(world.slapd, groupDn('zd-b'), { add: { member: personDn('ada') } })
    await world.step()
    const codes = (await world.problems('membership')).map(({ code }) => code)
    const asked = (await world.zendesk.writes()).length
    await world.step()
    await world.step()

    expect([[...new Set(codes)], asked]).toEqual([['MEMBERSHIP_SIDE_GONE'], 1])
    expect(await world.zendesk.members('zd-a')).toEqual(['ada', 'bob', 'eve'].map((uid) => `${uid}@example.org`))
    expect(await world.zendesk.members('zd-b')).toEqual(['ada@example.org'])
    expect(await world.problems('membership')).toEqual([])
  })

  it('gets its name back, or is made anew, whenever the membership audit is due', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-a': ['ada'], 'zd-b': ['bob'] }),
      config: { groups: { membershipAudit: '1s' } },
    })
    await world.step()
    const id = await idOf('zd-a')
    await world.zendesk.call('PUT', `/api/v2/groups/${id}`, { group: { name: 'mine' } })
    await world.zendesk.call('DELETE', `/api/v2/groups/${await idOf('zd-b')}`)
    const auditIsDue = async () => Date.now() - (await world.ledger.lastAudit()) > 1_000
    await until(auditIsDue, 5_000, () => 'an audit is due')

    await world.step()
    await world.step()

    expect([await idOf('zd-a'), await world.zendesk.members('zd-a')]).toEqual([id, ['ada@example.org']])
    expect(await world.zendesk.members('zd-b')).toEqual(['bob@example.org'])
    expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual(['Support', 'zd-a', 'zd-b'])
  })
})
