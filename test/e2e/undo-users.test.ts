import { listUndone } from '@provisioner/producer/cli/undo/list-undone.ts'
import { showHeld } from '@provisioner/producer/cli/show-held.ts'
import { showProblems } from '@provisioner/producer/cli/show-problems.ts'
import { showStatus } from '@provisioner/producer/cli/show-status.ts'
import type { UndoOptions } from '@provisioner/producer/cli/undo/undo.ts'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { explainAll } from '../fixtures/explain.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { STAFF } from '../fixtures/staff.ts'
import { forgetHistory, inProcess, undoing, undoingAllOf } from '../fixtures/undo.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const undoAll = (uid: string, options: Partial<UndoOptions> = {}) => undoingAllOf(world, `${uid}@example.org`, options)
const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)
const people = ['ada', 'bob', 'cid', 'dan']
const ldif = directoryOf(
  people.map((uid) => ({ uid, telephoneNumber: '+441' })),
  { agents: ['ada', 'bob'], 'zd-first': ['ada', 'bob'] },
)
const lastCycle = async () => (await world.ledger.lastCycle())!.cycle

/** Has the directory change, and Zendesk follow. */
async function changing(change: () => Promise<unknown>): Promise<void> {
  // what the first load has made is none of it
  await forgetHistory(world)
  await change()
  await world.step()
}

/** What an ordinary and a full cycle write that have nothing to do. */
async function writesLater(): Promise<unknown[]> {
  await world.zendesk.forgetRequests()
  await world.step()
  await world.fullStep()
  return (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path}`)
}

describe('undo of a suspension', () => {
  it('restores who has left, and they stay so until somebody resumes', async () => {
    world = await openWorld({ ldif, history: true })
    await world.step()
    await changing(() => deleteEntry(world.slapd, personDn('dan')))
    const suspended = (await user('dan'))?.suspended

    const dry = await undoAll('dan', { dryRun: true })
    const undone = await runCli(world, [
      ...['undo', '--user', 'dan@example.org', '--since', '1h', '--yes', '--reason', 'on leave'],
    ])
    await world.step()
    const restored = (await user('dan'))?.suspended
    const later = await writesLater()
    const list = await inProcess(world, (session, print) => listUndone(session, { json: false }, print))
    const status = await inProcess(world, (session, print) => showStatus(session, { json: false }, print))
    const [explained] = await explainAll(world, ['dan@example.org'])
    const resumed = await runCli(world, ['resume', 'staff', '--undone', 'dan@example.org'])
    await world.step()

    expect([suspended, restored, later]).toEqual([true, false, []])
    expect([dry.code, dry.says]).toEqual([0, expect.stringMatching(/dan@example.org .*active[^]*: 1 restore user/)])
    expect(undone).toMatchObject({ code: 0 })
    expect(undone.stdout).toContain('undone, and stays so until')
    expect(list.says).toMatch(/dan@example.org {2}stays active since .*, by .* \(on leave; change \d+\)/)
    expect(status.says).toMatch(/undone +1, which stay so/)
    expect(explained.verdict).toMatch(/^dan .*stays active since/)
    expect([resumed.code, (await user('dan'))?.suspended]).toEqual([0, true])
    expect((await world.ledger.storedUndone()).values.size).toBe(0)
    expect(await world.problems('user')).toEqual([])
  })

  it('of who is disabled ends when the entry is enabled: then the directory counts again', async () => {
    world = await openWorld({ ldif, history: true })
    await world.step()
    const status = (employeeStatus: string) =>
      modifyEntry(world.slapd, personDn('cid'), { replace: { employeeStatus } })
    await changing(() => status('left'))

    await undoAll('cid')
    await world.step()
    const restored = (await user('cid'))?.suspended
    await modifyEntry(world.slapd, personDn('cid'), { replace: { telephoneNumber: '+449' } })
    await world.step()
    const followed = await user('cid')
    await status('active')
    await world.step()
    await status('left')
    await world.step()

    expect([restored, followed?.suspended, followed?.phone]).toEqual([false, false, '+449'])
    expect((await user('cid'))?.suspended).toBe(true)
    expect(world.logs.some(({ msg }) => msg === 'Undone no more: the directory has changed it')).toBe(true)
  })

  it('gives a seat back that was freed, with its groups', async () => {
    world = await openWorld({ ldif, history: true, config: { users: { remove: { agents: 'downgrade' } } } })
    await world.step()
    await changing(() => deleteEntry(world.slapd, personDn('ada')))
    const left = await user('ada')

    const { code } = await undoAll('ada')
    await world.step()
    await world.step()

    expect([left?.suspended, left?.role, code]).toEqual([true, 'end-user', 0])
    expect(await user('ada')).toMatchObject({ suspended: false, role: 'agent' })
    expect(await world.zendesk.members('zd-first')).toContain('ada@example.org')
    expect(await writesLater()).toEqual([])
  })
})

describe('undo of attributes', () => {
  it('puts one back, until the entry has another value of it', async () => {
    world = await openWorld({ ldif, history: true })
    await world.step()
    const phone = (telephoneNumber: string) =>
      modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber } })
    await changing(() => phone('+442'))
    await modifyEntry(world.slapd, personDn('ada'), { replace: { cn: 'Ada Lovelace' } })

    const { code } = await undoAll('ada')
    await world.step()
    const undone = await user('ada')
    const later = await writesLater()
    await phone('+443')
    await world.step()

    expect([code, undone?.phone, undone?.name, later]).toEqual([0, '+441', 'Ada Lovelace', []])
    expect((await user('ada'))?.phone).toBe('+443')
  })

  it('leaves out what has changed again since, unless that is undone as well', async () => {
    world = await openWorld({ ldif, history: true })
    await world.step()
    await changing(() => modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+442' } }))
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+443' } })
    await world.step()
    const json = await undoAll('ada', { dryRun: true, json: true })
    const { steps } = JSON.parse(json.says) as { steps: { change: number; back: string }[] }

    const one = await undoing(world, [steps[0]!.change])
    const all = await undoAll('ada')
    await world.step()

    expect(steps).toMatchObject([{ back: '+441' }])
    expect([one.code, one.says]).toEqual([1, expect.stringContaining('changed again since')])
    expect([all.code, (await user('ada'))?.phone]).toEqual([0, '+441'])
  })

  it('lowers who was promoted, as far as the guard lets it, and raises who was lowered', async () => {
    const guard = { users: { share: '1%', min: 1 } }
    world = await openWorld({
      ldif,
      history: true,
      config: { guard, users: { map: { role: { allowDowngrade: true } } } },
    })
    await world.step()
    const promote = { add: { member: ['cid', 'dan'].map((uid) => personDn(uid)) } }
    await changing(() => modifyEntry(world.slapd, groupDn('agents'), promote))

    const held = await undoing(world, [await lastCycle()])
    await world.step()
    const before = [(await user('cid'))?.role, (await user('dan'))?.role]
    // the approval has a cycle run at once
    await forgetHistory(world)
    await runCli(world, ['approve', 'staff'])
    await world.step()
    const lowered = [(await user('cid'))?.role, (await user('dan'))?.role]
    const later = await writesLater()
    const again = await undoAll('cid')
    await world.step()

    expect([held.code, held.says]).toEqual([4, expect.stringMatching(/Held by the guard:[^]*2 removals of users/)])
    expect([before, lowered, later]).toEqual([['agent', 'agent'], ['end-user', 'end-user'], []])
    expect([again.code, (await user('cid'))?.role, (await user('dan'))?.role]).toEqual([0, 'agent', 'end-user'])
  })
})

describe('undo of a creation and of a deletion', () => {
  it('suspends who was created, and keeps them so', async () => {
    world = await openWorld({ ldif, history: true, config: { users: { remove: { disabled: 'delete' } } } })
    await world.step()
    await changing(() => addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' })))

    const { code, says } = await undoAll('eve')
    await world.step()

    expect([code, (await user('eve'))?.suspended]).toEqual([0, true])
    expect(says).toContain('nobody is deleted for an undo')
    expect(await writesLater()).toEqual([])
  })

  it('creates who was deleted anew, and says what stays lost', async () => {
    world = await openWorld({ ldif, history: true, config: { users: { remove: { deleted: 'delete' } } } })
    await world.step()
    const before = await user('dan')
    await changing(() => deleteEntry(world.slapd, personDn('dan')))
    const gone = await user('dan')

    const { code, says } = await undoing(world, [await lastCycle()])
    await world.step()
    const anew = await user('dan')

    expect([gone, code]).toEqual([undefined, 0])
    expect(says).toMatch(/dan@example.org: Zendesk can not restore a deleted user: a new one is created/)
    expect(anew).toMatchObject({ name: before!.name, phone: '+441', role: 'end-user', suspended: false })
    expect(anew!.id).not.toBe(before!.id)
    expect(await writesLater()).toEqual([])
  })
})

describe('what nobody can read of what was undone', () => {
  it('leaves whom it is about as they are, and is told; as a whole it has removals held', async () => {
    world = await openWorld({ ldif, history: true })
    await world.step()
    await changing(() => deleteEntry(world.slapd, personDn('dan')))
    await undoAll('dan')
    await world.step()
    const { undone } = connectionKeys(STAFF)
    const [member] = await world.redis.hkeys(undone)

    await world.redis.hset(undone, member!, '{"kept":')
    await world.step()
    await world.fullStep()
    const kept = (await user('dan'))?.suspended
    const told = await inProcess(world, (session, print) => showProblems(session, { json: false }, print))
    await world.redis.del(undone)
    await world.redis.set(undone, 'something else')
    await world.step()
    const held = await inProcess(world, (session, print) => showHeld(session, { all: true, json: false }, print))

    expect([kept, (await user('dan'))?.suspended]).toEqual([false, false])
    expect(told.says).toContain(`provisioner resume staff --undone '${member}'`)
    expect(held.says).toMatch(/suspend user {2}dan@example.org .*what was undone.*can not be read/)
  })
})
