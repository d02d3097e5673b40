import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { REFUSAL_SHAPES } from '@provisioner/sandbox/zendesk-account/faults/refusal-shapes.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SHAPES = Object.keys(REFUSAL_SHAPES)
const SILENT = ['html', 'empty']
const REFUSED = SHAPES.map((shape) => `no-${shape}`)
const FINE = ['ada', 'bob', 'carl']
const PEOPLE = [...REFUSED, ...FINE]

const address = (uid: string) => `${uid}@example.org`
const withPhone = async (phone: string) =>
  (await world.zendesk.users()).filter((user) => user['phone'] === phone).map((user) => user.email)
const setPhones = async (phone: (uid: string) => string) => {
  for (const uid of PEOPLE) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: phone(uid) } })
}

/** One problem for each that is refused, which says why where Zendesk does, and nobody else is held up. */
async function expectOneProblemEach(subject: 'user' | 'group' | 'membership', dns: readonly string[]): Promise<void> {
  const problems = await world.problems(subject)
  expect(problems.map((problem) => problem.dn).sort()).toEqual([...dns].sort())
  for (const { dn = '', what, todo } of problems) {
    expect({ dn, what, todo }).toEqual({
      dn,
      what: expect.stringMatching(
        SILENT.some((shape) => dn.includes(`no-${shape},`)) ? /^[^<]*422[^<]*$/ : /^[^<]*is refused for good[^<]*$/,
      ),
      todo: expect.stringMatching(/\w/),
    })
  }
}

describe('a refusal (422) of any shape', () => {
  it('of a creation or an update, alone or in a batch: one problem each, and everybody else is written', async () => {
    world = await openWorld({
      ldif: directoryOf(PEOPLE.map((uid) => ({ uid, telephoneNumber: '1' }))),
      sandbox: { bulkImport: false, clock: 100, limits: 'off' },
    })
    for (const shape of SHAPES)
      await world.fault({
        method: 'POST',
        path: '/users$',
        body: `no-${shape}@`,
        kind: `422-${shape}`,
        times: 'always',
      })
    await world.step()
    await world.step()
    const created = await withPhone('1')
    const creations = await world.zendesk.requests({ method: 'POST', path: /\/users$/ })
    await expectOneProblemEach(
      'user',
      REFUSED.map((uid) => personDn(uid)),
    )

    world.sandbox.faults.clear()
    await setPhones(() => '2')
    await world.step()
    const afterwards = await withPhone('2')
    const solved = await world.problems('user')

    for (const shape of SHAPES)
      await world.fault({ method: 'PUT', path: '/users/', body: `x-${shape}"`, kind: `422-${shape}`, times: 'always' })
    await setPhones((uid) => uid.replace('no-', 'x-'))
    await world.step()
    await world.step()
    const updated = (await world.zendesk.users()).filter((user) => user['phone'] !== '2').map((user) => user.email)

    expect(created).toEqual(FINE.map(address))
    expect(creations).toHaveLength(PEOPLE.length)
    expect([afterwards, solved]).toEqual([PEOPLE.map(address).sort(), []])
    expect(updated).toEqual(FINE.map(address))
    await expectOneProblemEach(
      'user',
      REFUSED.map((uid) => personDn(uid)),
    )
  })

  it('of a bulk creation, a group or a membership: one problem each, and everybody else is written', async () => {
    const groups = PEOPLE.map((uid) => `zd-${uid}`)
    world = await openWorld({
      ldif: directoryOf(
        PEOPLE.map((uid) => ({ uid })),
        { agents: ['ada', 'bob'], ...Object.fromEntries(groups.map((name) => [name, []])) },
      ),
      sandbox: { bulkImport: true, clock: 100, limits: 'off' },
    })
    for (const shape of SHAPES) {
      const refused = { body: `no-${shape}["@]`, kind: `422-${shape}`, times: 'always' } as const
      await world.fault({ method: 'POST', path: '/users(/create_many)?$', ...refused })
      await world.fault({ method: 'POST', path: '/groups$', ...refused })
    }
    await world.step()
    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(FINE.map(address))
    await expectOneProblemEach(
      'user',
      REFUSED.map((uid) => personDn(uid)),
    )
    expect((await world.zendesk.groups()).map(({ name }) => name).sort()).toEqual(
      ['Support', ...groups.slice(-3)].sort(),
    )
    await expectOneProblemEach(
      'group',
      REFUSED.map((uid) => groupDn(`zd-${uid}`)),
    )

    world.sandbox.faults.clear()
    await world.fullStep()
    expect(await world.problems('group')).toEqual([])
    for (const shape of SHAPES) {
      const { id } = (await world.zendesk.groups()).find(({ name }) => name === `zd-no-${shape}`)!
      await world.fault({
        method: 'POST',
        path: '/group_memberships',
        body: `"group_id":${id}\\b`,
        kind: `422-${shape}`,
        times: 'always',
      })
    }
    for (const name of groups) await modifyEntry(world.slapd, groupDn(name), { add: { member: personDn('ada') } })
    await world.step()
    await world.step()

    const members = await Promise.all(groups.map((name) => world.zendesk.members(name)))
    expect(members).toEqual(groups.map((_name, i) => (i < REFUSED.length ? [] : ['ada@example.org'])))
    expect(await world.problems('membership')).toHaveLength(REFUSED.length)
  })
})

it('403 and 404 to groups, memberships and a batch, split until its users are alone: one problem each, and a full cycle or a change heals them', async () => {
  world = await openWorld({
    ldif: directoryOf(
      FINE.map((uid) => ({ uid })),
      { agents: FINE, 'zd-a': ['ada'], 'zd-b': ['bob'], 'zd-c': ['carl'], 'zd-d': [] },
    ),
    sandbox: { bulkImport: true, clock: 100, limits: 'off' },
  })
  const codes = async () =>
    (await problemsTold(world)).map(({ problem }) => `${problem.subject} ${problem.code}`).sort()
  await world.fault({ method: 'POST', path: '/groups$', body: 'zd-d', kind: '403', times: 2 })
  // of the three in a batch, two may be written
  await world.fault({ method: 'PUT', path: '/users/(update_many|[0-9]+)$', kind: '403', times: 3 })
  await world.step()
  const refusedGroup = await codes()
  for (const uid of FINE) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '7' } })
  for (const kind of ['403', '404'])
    await world.fault({ method: 'POST', path: '/group_memberships(/create_many)?$', kind })
  await modifyEntry(world.slapd, groupDn('zd-a'), { add: { member: personDn('bob') } })
  await world.step()
  await modifyEntry(world.slapd, groupDn('zd-b'), { add: { member: personDn('carl') } })
  await world.step()
  const refused = await codes()

  for (const uid of FINE) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '8' } })
  await world.fullStep()
  await world.fullStep()

  expect(refusedGroup).toEqual(['group FORBIDDEN'])
  expect(refused).toEqual([
    'group FORBIDDEN',
    'membership FORBIDDEN',
    'membership MEMBERSHIP_SIDE_GONE',
    'user FORBIDDEN',
  ])
  expect(await withPhone('8')).toEqual(FINE.map(address))
  expect((await world.zendesk.groups()).map(({ name }) => name)).toContain('zd-d')
  expect(await world.zendesk.members('zd-a')).toEqual(['ada', 'bob'].map(address))
  expect(await world.zendesk.members('zd-b')).toEqual(['bob', 'carl'].map(address))
  expect(await codes()).toEqual([])
})
