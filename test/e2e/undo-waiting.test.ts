import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { pause, readPauses, resume } from '@provisioner/shared/ledger/pauses.ts'
import { expect, it } from 'vitest'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { forgetHistory, undoing, undoingAllOf } from '../fixtures/undo.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

const BY = { by: 'ada@host', at: Date.now(), reason: 'a wrong import' }

it('undo of a cycle that is half written stops the other half, and it stays so', async () => {
  await using world = await openWorld({
    ldif: directoryOf(
      ['ada', 'bob', 'cid', 'dan'].map((uid) => ({ uid, telephoneNumber: '+441' })),
      { agents: ['ada', 'bob'], 'zd-first': ['ada', 'bob'] },
    ),
    history: true,
  })
  await world.step()
  await forgetHistory(world)
  const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)
  const set = (uid: string, replace: Record<string, string>) => modifyEntry(world.slapd, personDn(uid), { replace })
  await pause(world.redis, 'acme', { connection: 'staff', scope: 'removals' }, BY)
  await set('ada', { telephoneNumber: '+442' })
  for (const uid of ['bob', 'cid', 'dan']) await set(uid, { employeeStatus: 'left' })
  await world.cycle()
  await until(
    async () => (await user('ada'))?.phone === '+442',
    20_000,
    () => 'the phone is written',
  )
  const { cycle } = (await world.ledger.lastCycle())!

  const ofOne = await undoingAllOf(world, 'dan@example.org', { dryRun: true })
  const undone = await undoing(world, [cycle])
  await resume(world.redis, 'acme', await readPauses(world.redis, 'acme'), BY)
  await world.step()
  await world.step()

  expect([ofOne.code, ofOne.says]).toEqual([0, expect.stringMatching(/waits .*dan@example.org .*suspended .*active/)])
  expect(undone.code).toBe(0)
  expect(undone.says).toMatch(/ada@example.org .*phone .*\+441/)
  expect(undone.says).toMatch(/waits .*cid@example.org .*suspended .*active/)
  expect((await user('ada'))?.phone).toBe('+441')
  const suspended = (await world.zendesk.users()).filter((one) => one.suspended).map(({ email }) => email)
  expect(suspended).toEqual([])
  expect(await world.zendesk.members('zd-first')).toContain('bob@example.org')
  const kept = [...(await world.ledger.storedUndone()).values.values()].flatMap((one) => Object.values(one.kept))
  expect(kept.filter(({ of }) => of === `cycle ${cycle}`).length).toBeGreaterThanOrEqual(3)
})
