import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { AGENTS, approve, posixGroup, setMembers } from '../fixtures/unread-groups.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const brands = [
  { id: 11, name: 'Acme', subdomain: 'acme-support', default: true },
  { id: 12, name: 'Globex', subdomain: 'globex' },
  { id: 13, name: 'Initech', subdomain: 'initech' },
]
const FROM_DEPARTMENT = { map: { brands: 'departmentNumber', role: { allowDowngrade: true } } }

function open(options: WorldOptions): Promise<World> {
  const unknowns = { agentBrandIds: 'replaced' as const, ...options.sandbox?.unknowns }
  const sandbox = { departmentSpaces: true, before: { brands }, ...options.sandbox, unknowns }
  return openWorld({ config: { users: FROM_DEPARTMENT }, ...options, sandbox })
}

/** Names of the brands that a user is in. */
async function brandsOf(uid: string): Promise<string[]> {
  const { id } = (await world.zendesk.user(`${uid}@example.org`))!
  const { brand_agents: agents } = await world.zendesk.call<{ brand_agents: { brand_id: number }[] }>(
    'GET',
    `/api/v2/users/${id}/brand_agents`,
  )
  return agents.map((one) => brands.find((brand) => brand.id === one.brand_id)!.name).sort()
}

const told = async () => (await world.problems('connection')).map(({ code, what }) => `${code} ${what}`)
const set = (uid: string, departmentNumber: string[]) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { departmentNumber } })

describe('brands', () => {
  it('are given by name, subdomain or id, to team members alone, and are sent once', async () => {
    world = await open({
      ldif: directoryOf(
        [
          { uid: 'ada', departmentNumber: ['GLOBEX', 'acme-support'] },
          { uid: 'bob', departmentNumber: '13' },
          { uid: 'eve', departmentNumber: 'Acme' },
        ],
        { agents: ['ada', 'bob'] },
      ),
    })
    await world.step()

    expect(await brandsOf('ada')).toEqual(['Acme', 'Globex'])
    expect(await brandsOf('bob')).toEqual(['Initech'])
    expect(await brandsOf('eve')).toEqual([])
    expect(await told()).toEqual([])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('are those of every group that the entry is in, nested ones included', async () => {
    world = await open({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], {
        agents: ['ada', 'bob'],
        one: ['cn=two,ou=groups,dc=example,dc=org'],
        two: ['ada'],
      }),
      config: {
        users: {
          map: {
            brands: {
              byGroup: { [groupDn('one')]: ['Acme', 'Globex'], [groupDn('two')]: 'Initech' },
              default: 'Globex',
            },
          },
        },
      },
    })
    await world.step()

    expect(await brandsOf('ada')).toEqual(['Acme', 'Globex', 'Initech'])
    expect(await brandsOf('bob')).toEqual(['Globex'])
  })

  it('follow the directory, and an agent who is left with none is told', async () => {
    world = await open({
      ldif: directoryOf(
        [
          { uid: 'ada', departmentNumber: ['Acme', 'Globex'] },
          { uid: 'bob', departmentNumber: 'Acme' },
        ],
        {
          agents: ['ada', 'bob'],
        },
      ),
    })
    await world.step()
    await set('ada', ['Globex', 'Initech'])
    await set('bob', [])
    await world.step()

    expect(await brandsOf('ada')).toEqual(['Globex', 'Initech'])
    expect(await brandsOf('bob')).toEqual([])
    expect(await told()).toEqual([
      'AGENT_WITHOUT_BRANDS The mapping yields no brand for 1 agent (bob@example.org): where Zendesk restricts agents by brand, who is in none sees no tickets',
    ])
  })

  it('that Zendesk does not know are told with the nearest, and take nothing away', async () => {
    world = await open({
      ldif: directoryOf([{ uid: 'ada', departmentNumber: ['Acme', 'Globex'] }], { agents: ['ada'] }),
    })
    await world.step()
    await world.zendesk.call('PUT', '/api/v2/brands/12', { brand: { name: 'Globex Corporation' } })
    await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob', departmentNumber: ['Initec', 'Initech'] }))
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('bob') } })
    await world.zendesk.call('PUT', '/api/v2/brands/11', { brand: { name: 'Acme Ltd' } })
    await world.fullStep()
    await set('ada', ['Acme', 'globex', 'Initech'])
    await world.step()

    expect(await brandsOf('ada')).toEqual(['Acme', 'Globex', 'Initech'])
    expect(await brandsOf('bob')).toEqual(['Initech'])
    const problems = (await world.problems('connection')).filter(({ code }) => code === 'BRAND_UNKNOWN')
    expect(problems.map(({ what, todo }) => `${what}. ${todo}`).sort()).toEqual([
      "Zendesk has no brand 'Acme': 1 person is written without it (ada@example.org). Create the brand in Zendesk, or correct the value or its mapping",
      "Zendesk has no brand 'Initec': 1 person is written without it (bob@example.org). Create the brand in Zendesk, or correct the value ('Initech' is there) or its mapping",
    ])
    const { stdout } = await runCli(world, ['map', 'bob@example.org'])
    expect(stdout).toContain("BRAND_UNKNOWN: Zendesk has no brand 'Initec'")
  })

  it('are given again to whoever loses their seat and has it back', async () => {
    world = await open({
      ldif: directoryOf([{ uid: 'ada', departmentNumber: 'Globex' }], { agents: ['ada', 'cn=x'] }),
    })
    await world.step()
    await modifyEntry(world.slapd, groupDn('agents'), { delete: { member: personDn('ada') } })
    await world.step()
    const without = await brandsOf('ada')
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('ada') } })
    await world.step()

    expect(without).toEqual([])
    expect(await brandsOf('ada')).toEqual(['Globex'])
  })

  it('are given again to whom somebody downgraded by hand, with the seat', async () => {
    world = await open({ ldif: directoryOf([{ uid: 'ada', departmentNumber: 'Globex' }], { agents: ['ada'] }) })
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { role: 'end-user' } })
    await world.fullStep()

    expect((await world.zendesk.user('ada@example.org'))?.role).toBe('agent')
    expect(await brandsOf('ada')).toEqual(['Globex'])
  })

  it('wait with a promotion that is held, and the rest is written', async () => {
    world = await open({
      ldif: directoryOf([{ uid: 'ada', departmentNumber: 'Globex' }], { agents: [] }),
      config: { users: FROM_DEPARTMENT, guard: { promotions: { min: 0, share: '0%' } } },
    })
    await world.step()
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: personDn('ada') } })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+491' } })
    await world.step()
    const before = await world.zendesk.user('ada@example.org')
    await runCli(world, ['approve', '--yes'])
    await world.step()

    expect(before).toMatchObject({ role: 'end-user', phone: '+491' })
    expect((await world.zendesk.user('ada@example.org'))?.role).toBe('agent')
    expect(await brandsOf('ada')).toEqual(['Globex'])
  })

  it('are not taken away since their group shows nobody any more, until that is approved', async () => {
    const people = ['ada', 'bob'].map((uid) => ({ uid }))
    world = await open({
      ldif: [directoryOf(people), posixGroup('shop', ['ada', 'bob'])].join('\n'),
      config: {
        directory: { membership: null },
        users: { map: { ...AGENTS, brands: { byGroup: { [groupDn('shop')]: 'Globex' }, default: 'Acme' } } },
      },
    })
    await world.step()
    await setMembers(world, 'shop')
    await world.step()
    const kept = [await brandsOf('ada'), await brandsOf('bob')]
    const held = (await world.ledger.held()).map(({ cause }) => cause.split(':')[0])
    await approve(world)

    expect([kept, held]).toEqual([
      [['Globex'], ['Globex']],
      ['brand taken', 'brand taken'],
    ])
    expect([await brandsOf('ada'), await brandsOf('bob')]).toEqual([['Acme'], ['Acme']])
  })

  it('are left alone while Zendesk does not let them be read, which is told', async () => {
    world = await open({ ldif: directoryOf([{ uid: 'ada', departmentNumber: 'Globex' }], { agents: ['ada'] }) })
    await world.fault({ method: 'GET', path: '/brands$', kind: '403', times: 'always' })
    await world.step()

    expect(await brandsOf('ada')).toEqual([])
    expect(await told()).toEqual([
      expect.stringMatching(/^ZENDESK_LIST_UNREAD .*its brands .*: brands of 1 entry is left alone/),
    ])
    world.sandbox.faults.clear()
    await world.fullStep()
    expect(await brandsOf('ada')).toEqual(['Globex'])
  })

  it('survive a worker that is killed, and are sent to nobody else', async () => {
    world = await open({
      ldif: directoryOf([{ uid: 'ada', departmentNumber: 'Acme' }], { agents: ['ada', personDn('bob')] }),
      workers: 0,
    })
    await killWhileItWaits(world, 'timeout-after', ['POST /api/v2/users$', 'PUT /api/v2/users/\\d+$'], async () => {
      await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob', departmentNumber: 'Globex' }))
      await set('ada', ['Initech'])
    })
    await world.addWorker()
    await world.settled()

    expect([await brandsOf('ada'), await brandsOf('bob')]).toEqual([['Initech'], ['Globex']])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })
})
