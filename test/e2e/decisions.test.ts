import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const staying = Array.from({ length: 20 }, (_one, i) => ({ uid: `stay${i}` }))
const leaving = ['vogel.a', 'vogel.b', 'kowalczyk', ...Array.from({ length: 9 }, (_one, i) => `left${i}`)]
const config = { guard: { users: { share: '5%', min: 3 } } }
const cli = (...args: string[]) => runCli(world, args)

async function openWithLeavers(leavers: readonly string[]): Promise<void> {
  world = await openWorld({ ldif: directoryOf([...staying, ...leavers.map((uid) => ({ uid }))]), config })
  await world.step()
  for (const uid of leavers) await deleteEntry(world.slapd, personDn(uid))
  await world.step()
}

async function suspended(): Promise<string[]> {
  return (await world.zendesk.users())
    .filter((user) => user.suspended)
    .map(({ email }) => email!.replace('@example.org', ''))
    .sort()
}

describe('a decision', () => {
  it('is undone by nobody who does not mean it: two rejected suspensions outlive every other approval', async () => {
    await openWithLeavers(leaving)

    await cli('reject', 'staff', '--matching', 'vogel', '--reason', 'on parental leave')
    const one = await cli('approve', 'staff', '--matching', 'kowalczyk')
    await world.step()
    const rest = await cli('approve', 'staff')
    await world.step()
    await world.fullStep()
    const others = leaving.filter((uid) => !uid.startsWith('vogel')).sort()

    expect(one.stdout).toContain('1 held change approved')
    expect(rest.stdout).toMatch(
      /to be approved:\n {2}9 removals of users \(9 of 31; limit 3 in 24 h\)\n {4}suspend user/,
    )
    expect(rest.stdout).toContain('9 held changes approved')
    expect(rest.stdout).toContain("2 rejected stay rejected; 'approve --include-rejected'")
    expect(await suspended()).toEqual(others)

    await world.stopProduct()
    await using next = await openWorld({ ldif: '', config, servers: world })
    await next.step()
    await next.fullStep()
    const held = await cli('held')

    expect(await suspended()).toEqual(others)
    expect(held.stdout).toContain('2 removals of users')
    expect(held.stdout).toMatch(
      /suspend user {2}vogel\.a@example\.org .* rejected by \S+@\S+, \d{4}-.* UTC: on parental leave/,
    )

    const included = await cli('approve', 'staff', '--include-rejected')
    await next.step()

    expect(included.stdout).toContain('2 held changes approved')
    expect(await suspended()).toEqual([...leaving].sort())
  })

  it('is taken back by name, and the change is then held as before until it is decided on', async () => {
    await openWithLeavers(['ada', 'bob', 'cyd', 'dee'])
    await cli('reject', 'staff')
    const unnamed = await cli('undecide', 'staff')

    const undecided = await cli('undecide', 'staff', '--matching', 'ada')
    await world.step()
    const before = await suspended()
    await cli('approve', 'staff')
    await world.step()
    const late = await cli('undecide', 'staff', '--matching', 'ada')

    expect([unnamed.code, late.code]).toEqual([2, 1])
    expect(unnamed.stderr).toContain('--matching')
    expect(undecided.stdout).toContain("1 held change undecided again; what is held waits for 'approve' or 'reject'")
    expect([before, await suspended()]).toEqual([[], ['ada']])
    expect(late.stdout).toMatch(/suspend user ada@example\.org: approved by .*, and held no more/)
  })

  it('goes when the directory asks for it no more, and is not there when it asks again', async () => {
    const four = ['ada', 'bob', 'cyd', 'dee']
    world = await openWorld({ ldif: directoryOf([...staying, ...four.map((uid) => ({ uid }))]), config })
    await world.step()
    const disable = (uid: string) => modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: 'left' } })
    for (const uid of four) await disable(uid)
    await world.step()
    await cli('reject', 'staff')
    await world.fullStep()
    const rejected = [await suspended(), (await world.ledger.decisions()).size]

    for (const uid of four) await modifyEntry(world.slapd, personDn(uid), { delete: { employeeStatus: [] } })
    await world.step()
    const dropped = [await world.ledger.held(), (await world.ledger.decisions()).size]
    await disable('ada')
    await world.step()

    expect([rejected, dropped]).toEqual([
      [[], 4],
      [[], 0],
    ])
    expect(await suspended()).toEqual(['ada'])
  })

  it('is asked for in words: what there is, when nothing matches, and how far it is beyond the limit', async () => {
    await openWithLeavers(['ada', 'bob', 'cyd', 'dee'])

    const unknown = await cli('approve', 'staff', '--only', 'usrs')
    const empty = await cli('approve', 'staff', '--matching', '')
    const nobody = await cli('approve', 'staff', '--matching', 'zoe')
    const plan = await cli('plan')
    const held = JSON.parse((await cli('held', '--json')).stdout) as { held: object[]; measures: object }

    expect([unknown.code, empty.code, nobody.code]).toEqual([2, 2, 1])
    expect(empty.stderr).toContain('TEXT_EMPTY: --matching is empty, which every change matches')
    expect(unknown.stderr).toContain(
      "CATEGORY_UNKNOWN: --only 'usrs' is no category of the guard; there are users, groups",
    )
    expect(nobody.stdout).toContain('nothing that is held matches --matching zoe. Held: 4 removals of users.')
    expect(plan.stdout).toContain('4 removals of users (4 of 24; limit 3 in 24 h)')
    expect(plan.stdout).toContain('suspend user  ada@example.org  (deleted; uid=ada,')
    expect(held.held).toHaveLength(4)
    expect(held.measures).toMatchObject({ users: { asked: 4, known: 24, limit: 3, used: 0 } })
    expect((await world.ledger.decisions()).size).toBe(0)
  })

  it('is asked about on a terminal, and not where nobody can answer', async (context) => {
    if (!existsSync('/usr/bin/script')) context.skip('no script(1), which makes a terminal')
    await openWithLeavers(['ada', 'bob', 'cyd', 'dee'])

    const no = await runCli(world, ['approve', 'staff'], { answer: 'n' })
    const gone = await runCli(world, ['approve', 'staff'], { answer: '\x04' }) // the end of the input
    const before = (await world.ledger.decisions()).size
    const unrejected = await runCli(world, ['reject', 'staff'], { answer: 'n' })
    const rejected = await runCli(world, ['reject', 'staff', '--yes'], { answer: 'unasked' })
    const back = await runCli(world, ['undecide', 'staff', '--matching', '@', '--yes'], { answer: 'unasked' })
    const yes = await runCli(world, ['approve', 'staff'], { answer: 'y' })

    expect(no.stdout).toContain('Release these 4 changes? [y/N]')
    expect(no.stdout).toContain('nothing was decided')
    expect(gone.stdout).toContain('nothing was decided')
    expect([no.code, gone.code, before]).toEqual([1, 1, 0])
    expect(yes.stdout).toContain('4 held changes approved')
    expect(yes.code).toBe(0)
    expect(unrejected.stdout).toMatch(/Reject these 4 changes\? \[y\/N\][^]*nothing was decided/)
    expect([rejected.code, back.code, rejected.stdout + back.stdout]).toEqual([
      0,
      0,
      expect.not.stringContaining('[y/N]'),
    ])
  })
})
