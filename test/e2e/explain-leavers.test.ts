import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { explainAll } from '../fixtures/explain.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { ADA, CAUSES, openWithAda } from '../fixtures/seated-agent.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const leave = (uid: string) => deleteEntry(world.slapd, personDn(uid))

describe('provisioner explain finds who has left', () => {
  it('with what becomes of them: suspended, held, rejected, with time, or out of scope', async () => {
    world = await openWorld({
      ldif: directoryOf(['ada', 'bob', 'cyd', 'dan', 'eve'].map((uid) => ({ uid, displayName: `Name of ${uid}` }))),
      config: { guard: { users: { share: '1%', min: 1 } }, users: { removeAfter: { disabled: '2h' } } },
    })
    await world.step()
    await leave('ada')
    await world.step()
    for (const uid of ['bob', 'cyd']) await leave(uid)
    await modifyEntry(world.slapd, personDn('dan'), { add: { employeeStatus: 'left' } })
    await world.step()
    await runCli(world, ['reject', 'staff', '--matching', 'cyd', '--reason', 'On leave'])

    const [ada, byDn, byName, bob, cyd, dan, several] = await explainAll(world, [
      'ada@example.org',
      personDn('ada').toUpperCase(),
      'name of ADA',
      'bob',
      'cyd',
      'dan',
      'name of',
    ])
    const [json] = await explainAll(world, ['bob'], { json: true })
    const mapped = await runCli(world, ['map', 'ada'])

    expect(ada.isFound).toBe(true)
    expect(ada.verdict).toMatch(
      /^Name of ada has left: the directory has no such entry any more; user \d+ is suspended by us, released .* UTC\.$/,
    )
    expect(ada.says).toMatch(/^ {2}dn +uid=ada,ou=people,\S+ \(not there any more\)$/m)
    expect(ada.says).toMatch(/^ {2}holds +end-user, suspended, never signed in$/m)
    for (const one of [byDn, byName]) expect(one.verdict).toBe(ada.verdict)
    expect(bob.verdict).toMatch(
      /^Name of bob has left: .*; is in Zendesk as end-user \d+: suspend user \(deleted\) is held by the guard, 2 removals of users \(2 of \d+; limit 1 in 24 h, 1 of it used\): approve or reject it \(provisioner approve staff --matching bob@example\.org\)\.$/,
    )
    expect(bob.says).toMatch(/^ {2}held +suspend user {2}bob@example\.org {2}\(deleted; 2 of /m)
    expect(cyd.verdict).toMatch(/suspend user \(deleted\) was rejected by \S+, .* UTC: On leave\.$/)
    expect(dan.verdict).toMatch(
      /^Name of dan is disabled \(employeeStatus: left\); is in Zendesk as end-user \d+, as before until .* UTC \(users\.removeAfter\.disabled\), then suspended\.$/,
    )
    expect(dan.says).toMatch(/^ {2}leaving +since .* UTC, until .* UTC$/m)
    expect([several.isFound, several.says]).toEqual([
      false,
      expect.stringMatching(/bob.*; not in the directory any more; /),
    ])
    expect(JSON.parse(json.says)).toMatchObject({
      ...{ connection: 'staff', kind: 'user', isInDirectory: false, verdict: { state: 'held' } },
      held: [{ operation: 'suspend user', cause: 'deleted' }],
      measures: { users: { asked: 2, limit: 1, used: 1 } },
    })
    expect([mapped.code, mapped.stdout]).toEqual([1, expect.stringContaining("see 'provisioner explain'")])
  })

  it('with the seat that came free, and what is kept of it; and for a day who was deleted', async () => {
    world = await openWithAda('downgrade', { remove: { deleted: 'delete' } })
    await CAUSES.disabled.leave(world)
    for (const name of ['agents', 'zd-team', 'zd-night'])
      await modifyEntry(world.slapd, groupDn(name), { delete: { member: personDn('bob') } })
    await leave('bob')
    await world.step()

    const [ada, bob, bobsAddress] = await explainAll(world, [ADA, 'bob', 'bob@example.org'])

    expect(ada.verdict).toMatch(
      /^ada is disabled \(employeeStatus: left\); user \d+ is suspended by us, released .* UTC, their seat is free: role and groups are kept, and given back should they return\.$/,
    )
    expect(ada.says).toMatch(/^ {2}seat +free: agent and \d groups are kept$/m)
    expect(ada.says).toMatch(/^ {2}zd-team +missing: the user has left, and lost the seat$/m)
    expect(bob.verdict).toMatch(
      /^bob has left: the directory has no such entry any more; deleted in Zendesk, and forgotten .* UTC\.$/,
    )
    expect(bobsAddress.isFound).toBe(false)
  })
})
