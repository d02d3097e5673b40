import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { hide, hideable, show } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const rights = hideable({ status: 'access to attrs=employeeStatus' })
const uids = (count: number) => Array.from({ length: count }, (_one, i) => `user${String(i).padStart(2, '0')}`)
const set = (uid: string, attribute: string, value: string) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { [attribute]: value } })

/** People who were there, and left: all are suspended. */
async function open(count: number, config: ConfigChanges = {}): Promise<void> {
  const people = uids(count).map((uid) => ({ uid, employeeStatus: 'here' }))
  world = await openWorld({
    ldif: [directoryOf([...people, { uid: 'never', employeeStatus: 'left' }]), rights.ldif].join('\n'),
    slapd: rights.slapd,
    config,
  })
  await world.step()
  for (const uid of uids(count)) await set(uid, 'employeeStatus', 'left')
  await world.step()
}

const states = async () =>
  (await world.zendesk.users()).map(({ email, suspended }) => [email!.split('@')[0], suspended])
const suspended = (count: number) =>
  uids(count)
    .toSorted()
    .map((uid) => [uid, true])
const problems = async () => (await world.problems('connection')).map(({ code }) => code)

describe('a status attribute that no entry shows any more', () => {
  it('restores and creates nobody; what else changes of them is written, and who is new waits', async () => {
    await open(20)

    await hide(world, 'status')
    await set('user00', 'cn', 'Another name')
    await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))
    await world.step()
    await world.fullStep()
    const hidden = await states()
    const [problem] = await world.problems('connection')
    const plan = await runCli(world, ['plan', 'staff'])
    await show(world, 'status')
    await world.step()

    expect(hidden).toEqual(suspended(20))
    expect((await world.zendesk.user('user00@example.org'))?.name).toBe('Another name')
    expect(problem).toMatchObject({ code: 'STATUS_UNREAD', attribute: 'employeeStatus' })
    expect(problem?.what).toContain("None of the 22 entries that users.locations finds shows 'employeeStatus'")
    expect(plan.stdout).toContain('STATUS_UNREAD')
    expect(await states()).toEqual([...suspended(20), ['new', false]].sort())
    expect(await problems()).toEqual([])
  })

  it('takes no address from who is active for an entry that it kept out', async () => {
    await open(20)
    await addEntry(world.slapd, personDn('ada'), person({ uid: 'ada', employeeStatus: 'here' }))
    await addEntry(
      world.slapd,
      personDn('old'),
      person({ uid: 'old', mail: 'ada@example.org', employeeStatus: 'left' }),
    )
    await world.step()

    await hide(world, 'status')
    await set('ada', 'cn', 'Another name')
    await world.step()

    expect((await world.zendesk.user('ada@example.org'))?.name).toBe('Another name')
  })

  it('lets everybody in again where that is said to be meant', async () => {
    await open(20)
    await hide(world, 'status')
    await world.step()
    const before = await states()
    await world.stopProduct()

    const directory = { status: { expectEmpty: true } }
    await using meant = await openWorld({ ldif: '', servers: world, config: { directory } })
    await meant.step()

    expect(before).toEqual(suspended(20))
    expect(await states()).toEqual([['never', false], ...uids(20).map((uid) => [uid, false])])
  })

  it('lets the last three in whom it kept out: so few may be back', async () => {
    await open(3)
    await modifyEntry(world.slapd, personDn('never'), { delete: { employeeStatus: [] } })

    for (const uid of uids(3)) await modifyEntry(world.slapd, personDn(uid), { delete: { employeeStatus: [] } })
    await world.step()

    expect(await states()).toEqual([['never', false], ...uids(3).map((uid) => [uid, false])])
    expect(await problems()).toEqual([])
  })

  it('keeps nobody out who comes back into scope', async () => {
    world = await openWorld({
      ldif: directoryOf(uids(8).map((uid) => ({ uid, title: 'in' }))),
      config: { users: { locations: [{ base: 'ou=people,dc=example,dc=org', filter: '(title=in)' }] } },
    })
    await world.step()

    for (const uid of uids(8)) await set(uid, 'title', 'out')
    await world.step()
    const out = await states()
    for (const uid of uids(8)) await set(uid, 'title', 'in')
    await world.step()

    expect(out).toEqual(suspended(8))
    expect(await states()).toEqual(uids(8).map((uid) => [uid, false]))
    expect(await problems()).toEqual([])
  })

  it('leaves a rejected suspension rejected', async () => {
    await open(20, { guard: { users: { share: '0%', min: 20 } } })
    for (const uid of ['late0', 'late1']) await addEntry(world.slapd, personDn(uid), person({ uid }))
    await world.step()
    for (const uid of ['late0', 'late1']) await set(uid, 'employeeStatus', 'left')
    await world.step()
    await runCli(world, ['reject', 'staff', '--matching', 'late0@'])
    await runCli(world, ['approve', 'staff'])
    await world.step()

    await hide(world, 'status')
    await world.step()
    await show(world, 'status')
    await world.step()

    expect(await states()).toEqual([['late0', false], ['late1', true], ...suspended(20)])
    expect((await world.ledger.heldAndDecided()).map(({ decision }) => decision?.decision)).toEqual(['rejected'])
  })
})
