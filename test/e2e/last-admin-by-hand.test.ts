import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import type { Unknowns } from '@provisioner/sandbox/zendesk-account/unknowns.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { peopleOf } from '../fixtures/admins.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const BASE = 'ou=people,dc=example,dc=org'
/** The role is not mapped. */
const UNMAPPED = { users: { map: { role: null } } }

async function open(uids: readonly string[], config: ConfigChanges, unknowns: Partial<Unknowns> = {}): Promise<void> {
  world = await openWorld({ ldif: directoryOf(uids.map((uid) => ({ uid }))), config, sandbox: { unknowns } })
  await world.step()
}
const { idOf, show, leave, change, promote } = peopleOf(() => world)
/** The account's owner and the API's user, whom Zendesk itself lets nobody lower, are admins, or are none. */
function accountsOwn(role: 'admin' | 'agent'): void {
  const { users, ownerId, apiUserId } = world.sandbox.account
  for (const id of [ownerId, apiUserId]) users.get(id)!.role = role
}
const activeAdmins = async () =>
  (await world.zendesk.users())
    .filter(({ role, suspended }) => role === 'admin' && !suspended)
    .map(({ email }) => email!.split('@')[0]!)
const problems = async () =>
  (await world.problems('user')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]?.slice(4)}`).sort()
const looks = async () => (await world.zendesk.requests({ method: 'GET' })).map(({ path }) => path.split('/v2/')[1]!)
const pauseRemovals = async () => {
  await world.queue('users.remove').pause()
  await world.zendesk.forgetRequests()
}

describe('the last active admin, made one by hand in Zendesk,', () => {
  it.each([
    ['the role mapped, between full cycles', {}, false],
    ['the role not mapped, between full cycles', UNMAPPED, false],
    ['the role not mapped, with full cycles', UNMAPPED, true],
    ['leavers deleted', { users: { ...UNMAPPED.users, remove: { deleted: 'delete' } } }, false],
  ])('is not removed: %s', async (_how, config, full) => {
    await open(['ada', 'bob'], config)
    const id = await idOf('ada')
    await promote(id)
    accountsOwn('agent')
    const cycle = () => (full ? world.fullStep() : world.step())
    await cycle()

    await leave('ada')
    await cycle()
    const told = await world.problems('user')
    await cycle()

    expect(await show(id)).toMatchObject({ suspended: false, active: true, role: 'admin' })
    expect(told).toMatchObject([
      {
        code: 'LAST_ADMIN',
        dn: personDn('ada'),
        what: expect.stringContaining("'ada@example.org' is the last active"),
      },
    ])
    expect(await problems()).toEqual(['LAST_ADMIN ada'])
  })

  it('goes as soon as there is another one, whom a full cycle need not see', async () => {
    await open(['ada', 'bob'], UNMAPPED)
    const id = await idOf('ada')
    await promote(id)
    accountsOwn('agent')
    await leave('ada')
    await world.step()

    await promote(await idOf('bob'))
    await world.step()

    expect([(await show(id)).suspended, await activeAdmins(), await problems()]).toEqual([true, ['bob'], []])
  })

  it.each([
    ['is the oldest user', 'not'],
    ['is one, where Zendesk’s limit parts them', 'both'],
  ] as const)('of several who leave at once %s, and end users go with the others', async (_who, limit) => {
    const uids = ['ada', 'bob', 'cid', 'eve', 'fay']
    await open(uids, UNMAPPED, { updateManyInUserLimit: limit })
    const ids = await Promise.all(['ada', 'bob', 'cid'].map(idOf))
    for (const id of ids) await promote(id)
    accountsOwn('agent')

    await pauseRemovals()
    for (const uid of uids) await leave(uid)
    await world.cycle()
    await world.queue('users.remove').resume()
    await world.settled()

    const oldest = (await show(Math.min(...ids))).email!.split('@')[0]!
    const stays = limit === 'not' ? oldest : expect.stringMatching(/^(ada|bob|cid)$/)
    const left = await activeAdmins()
    expect(left).toEqual([stays])
    expect((await world.zendesk.users()).filter(({ suspended }) => suspended)).toHaveLength(4)
    expect(await problems()).toEqual([`LAST_ADMIN ${left[0]}`])
  })

  it.each([
    ['answers', undefined],
    ['loses an answer', 'reset-after'],
    ['fails once', '500'],
  ])('stays though the two leave in two connections at once, with two workers, and Zendesk %s', async (_how, kind) => {
    const of = (filter: string) => ({
      users: { ...UNMAPPED.users, locations: [{ base: BASE, filter: `(&(objectClass=inetOrgPerson)${filter})` }] },
    })
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob', employeeType: 'guest' }]),
      config: of('(!(employeeType=guest))'),
      others: [{ id: 'guests', ...of('(employeeType=guest)') }],
      workers: 0,
      sandbox: { answerDelayMs: 30 },
    })
    const first = await world.addWorker()
    await world.step()
    await first[Symbol.asyncDispose]()
    for (const uid of ['ada', 'bob']) await promote(await idOf(uid))
    accountsOwn('agent')
    for (const uid of ['ada', 'bob']) await leave(uid)
    await world.cycle()
    if (kind) await world.fault({ method: 'PUT', path: 'users/', kind, times: 1 })

    await Promise.all([world.addWorker(), world.addWorker()])
    await world.settled()

    expect(await activeAdmins()).toHaveLength(1)
    const told = [...(await world.problems('user')), ...(await world.problems('user', 'guests'))]
    expect(told.map(({ code }) => code)).toEqual(['LAST_ADMIN'])
  })

  it('keeps the role when the entry is to have a lower one, and what else changes is written', async () => {
    const role = { byGroup: { [groupDn('agents')]: 'agent' }, default: 'end-user', allowDowngrade: true }
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada', 'nobody'] }),
      config: { users: { map: { role } } },
    })
    await world.step()
    const id = await idOf('ada')
    await promote(id)
    accountsOwn('agent')

    await modifyEntry(world.slapd, groupDn('agents'), { delete: { member: personDn('ada') } })
    await change('ada', { telephoneNumber: '7' })
    await world.step()
    const kept = await show(id)
    await world.step()

    expect(kept).toMatchObject({ role: 'admin', suspended: false })
    expect(await show(id)).toMatchObject({ role: 'admin', phone: '7' })
    expect(await problems()).toEqual(['LAST_ADMIN ada'])
  })

  it('is asked for with one request for all leavers of a batch, and none for who is only created or updated', async () => {
    const uids = Array.from({ length: 30 }, (_one, i) => `user${i}`)
    await open([...uids, 'stays'], UNMAPPED)
    const created = await looks()
    await world.zendesk.forgetRequests()
    await change('stays', { telephoneNumber: '7' })
    await world.step()
    const updated = await looks()

    await pauseRemovals()
    for (const uid of uids) await leave(uid)
    await world.cycle()
    await world.queue('users.remove').resume()
    await world.settled()

    expect([created, updated].flat()).not.toContain('users/show_many')
    // Zendesk may refuse the first try by its limit of user writes: the next one asks anew.
    const tries = await world.zendesk.requests({ method: 'PUT', path: /update_many/ })
    expect(tries.filter(({ status }) => status !== 429)).toHaveLength(1)
    expect((await looks()).filter((path) => path.startsWith('users'))).toEqual(tries.map(() => 'users/show_many'))
  })
})
