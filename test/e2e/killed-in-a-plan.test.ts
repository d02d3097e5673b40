import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli, type CliRun } from '../fixtures/cli.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openTappedWorld } from '../fixtures/tapped-world.ts'
import type { World } from '../fixtures/world.ts'

let owned: AsyncDisposableStack
let file: string
beforeEach(async () => {
  owned = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-plan-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  file = join(folder, 'friday.plan')
})
afterEach(() => owned.disposeAsync())

/** An admin whom no plan has shown, for nobody in the directory had the address. */
const BOSS = { name: 'Boss', email: 'boss@example.org', role: 'admin', phone: null } as const

/** What a producer is about to say to Redis as it approves, and once it has approved and has written nothing. */
const APPROVES = '"operation":"suspend user"'
const APPROVED = '\\"presence\\":\\"suspended\\"'

/**
 * A plan that suspends dee and gives ada another phone, which is carried out with what is held. Its producer is killed
 * with the approval or between that and the rest, something happens meanwhile, and another producer carries it on.
 */
async function killedAt(
  point: string,
  meanwhile: (world: World) => Promise<unknown> = async () => {},
): Promise<CliRun> {
  const tapped = await openTappedWorld(owned, {
    ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }, { uid: 'dee' }]),
    config: { guard: { users: { min: 0, share: '0%' } } },
  })
  const { world, tap, cycles, startProducer } = tapped
  const victim = await startProducer()
  await world.step()
  await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
  await modifyEntry(world.slapd, personDn('dee'), { replace: { employeeStatus: 'left' } })
  await runCli(world, ['plan', 'staff', '--out', file])

  const about = tap.holdAt(point)
  const applied = runCli(world, ['apply', file, '--approve'])
  await about
  victim.kill('SIGKILL')
  await victim.ended
  tap.letGo()
  await meanwhile(world)
  await endLocks(world, cycles)
  await startProducer()
  const run = await applied
  await world.settled()
  const users = await world.zendesk.users()
  expect({
    decided: (await world.ledger.decisionLog()).length,
    suspended: users.filter(({ suspended }) => suspended).map(({ name }) => name),
    ada: users.find(({ name }) => name === 'ada')?.phone,
    new: users.some(({ name }) => name === 'new'),
  }).toEqual(run.code === 0 ? DONE : NOTHING)
  return run
}

const DONE = { decided: 1, suspended: ['dee'], ada: '2', new: false }
const NOTHING = { decided: 1, suspended: [], ada: '1', new: false }

describe('a first plan whose producer is killed as it approves it', () => {
  it('takes nobody over who has come to the directory meanwhile, and nothing is done', async () => {
    const { world, tap, cycles, startProducer } = await openTappedWorld(owned, {
      ldif: directoryOf([{ uid: 'ada' }]),
      config: { firstRun: 'approve' },
      sandbox: { before: { users: [BOSS] } },
    })
    const victim = await startProducer()
    await runCli(world, ['plan', 'staff', '--out', file])

    const about = tap.holdAt('"approved":[]')
    const applied = runCli(world, ['apply', file, '--approve'])
    await about
    victim.kill('SIGKILL')
    await victim.ended
    tap.letGo()
    await addEntry(world.slapd, personDn('boss'), person({ uid: 'boss' }))
    await endLocks(world, cycles)
    await startProducer()
    const run = await applied

    expect(run.stdout).toContain('nothing was done')
    expect([run.code, await world.ledger.decisionLog()]).toEqual([1, []])
    const users = (await world.zendesk.users()).map(({ email, external_id: id }) => [email, id])
    expect(users.filter(([email]) => /^(boss|ada)@/.test(String(email)))).toEqual([['boss@example.org', null]])
  })
})

describe('a plan whose producer is killed', () => {
  it.each([
    ['as it approves what is held', APPROVES],
    ['once it has approved what is held', APPROVED],
  ])('%s is carried out by the next one', async (_when, point) => {
    const { stdout } = await killedAt(point)

    // some of it may have been released before the kill
    expect(stdout).toMatch(/carried out, after .*\n {2}written .*\n {2}approved 1 that were held/)
  })

  it('is carried out without what came to the directory meanwhile', async () => {
    const { stdout } = await killedAt(APPROVED, ({ slapd }) => addEntry(slapd, personDn('new'), person({ uid: 'new' })))

    expect(stdout).toMatch(/left out 1 that differ:\n {2}create user: new@example\.org is new/)
  })

  it('is stale where something of it has changed meanwhile, and what was approved is told', async () => {
    const { code, stdout } = await killedAt(APPROVED, ({ slapd }) =>
      modifyEntry(slapd, personDn('ada'), { replace: { telephoneNumber: '3' } }),
    )

    expect(code).toBe(1)
    expect(stdout).toContain('nothing was done: of the plan 1 differ from what a cycle would do now.')
    expect(stdout).toContain(
      'Its producer ended after it had approved one that was held: the next cycle carries it out.',
    )
  })
})
