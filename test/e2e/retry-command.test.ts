import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { historyEvents } from '../fixtures/history-events.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { useUpAttempts } from '../fixtures/use-up-attempts.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const UIDS = ['ada', 'bob', 'cid']
const phones = async () => {
  const users = await Promise.all(UIDS.map((uid) => world.zendesk.user(`${uid}@example.org`)))
  return users.map((user) => user?.phone)
}
const setPhone = (uid: string, phone: string) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: phone } })

/** Zendesk refuses what is sent to ada and bob. */
async function beginRefused(): Promise<void> {
  world = await openWorld({ ldif: directoryOf(UIDS.map((uid) => ({ uid, telephoneNumber: '1' }))) })
  await world.step()
  await world.fault({ method: 'PUT', path: '/api/v2/users', kind: '422', times: 'always' })
  for (const uid of ['ada', 'bob']) await setPhone(uid, '2')
  await world.step()
}

describe('provisioner retry', () => {
  it('lists the causes, and has tried by person and by cause what failed and what was refused', async () => {
    await beginRefused()
    world.sandbox.faults.clear()
    await world.fault({ method: 'PUT', path: '/api/v2/users/', kind: '503', times: 'always' })
    await setPhone('cid', '2')
    await world.cycle()
    await useUpAttempts(world)
    world.sandbox.faults.clear()

    const listed = await runCli(world, ['retry', 'staff'])
    const untouched = await phones()
    const ofAda = await runCli(world, ['retry', '--user', 'ada@example.org', '--wait', '--reason', 'mended'])
    const afterAda = await phones()
    const refused = await runCli(world, ['retry', 'staff', '--cause', 'VALUE_MALFORMED', '--wait', '--json'])
    const afterRefused = await phones()
    const other = await runCli(world, ['retry', '--cause', 'seats_exhausted'])
    const unknown = await runCli(world, ['retry', '--cause', 'FOO', '--json'])
    const all = await runCli(world, ['retry', '--all', '--wait'])
    const nothing = await runCli(world, ['retry'])
    const noneOfNothing = await runCli(world, ['retry', '--cause', 'FOO'])

    expect([listed.code, listed.stderr]).toEqual([0, ''])
    expect(listed.stdout).toMatch(
      /by cause.*:\n +2 {2}VALUE_MALFORMED {2}Zendesk refuses .+\n +1 {2}CHANGE_FAILS {2}.*503.*\n'provisioner/,
    )
    expect(untouched).toEqual(['1', '1', '1'])
    expect([ofAda.code, ofAda.stdout]).toEqual([
      0,
      expect.stringMatching(
        /1 change is tried anew.*\n {2}update user {2}ada@example\.org {2}uid=ada.* no longer failed/,
      ),
    ])
    expect(afterAda).toEqual(['2', '1', '1'])
    expect([refused.code, JSON.parse(refused.stdout)]).toEqual([
      0,
      expect.objectContaining({
        connection: 'staff',
        retried: [
          expect.objectContaining({ label: 'bob@example.org', cause: 'VALUE_MALFORMED', operation: 'update user' }),
        ],
        again: [],
        standing: [],
      }),
    ])
    expect(afterRefused).toEqual(['2', '2', '1'])
    expect(other.stdout).toMatch(/nothing with SEATS_EXHAUSTED has failed .* There is:\n +1 {2}CHANGE_FAILS/)
    expect(other.code).toBe(0)
    const told = "--cause 'FOO' is no cause: what has failed or was refused has CHANGE_FAILS (1)"
    expect(JSON.parse(unknown.stdout)).toEqual({ error: { code: 'CAUSE_UNKNOWN', message: told } })
    expect([unknown.code, unknown.stderr]).toEqual([2, `CAUSE_UNKNOWN: ${told}\n`])
    expect([all.code, await phones()]).toEqual([0, ['2', '2', '2']])
    const noted = (await historyEvents(world.redis, 'acme')).filter(({ type }) => type === 'retry')
    expect(noted).toEqual([
      expect.objectContaining({
        ...{ connection: 'staff', cause: 'VALUE_MALFORMED', jobs: 1, reason: 'mended' },
        about: expect.objectContaining({ kind: 'user', label: 'ada@example.org' }),
      }),
      expect.objectContaining({ cause: 'VALUE_MALFORMED', jobs: 1, by: expect.stringContaining('@') }),
      expect.objectContaining({ cause: 'CHANGE_FAILS', jobs: 1 }),
    ])
    expect(nothing.stdout).toBe("Connection 'staff': nothing has failed, and nothing is refused.\n")
    expect([noneOfNothing.code, noneOfNothing.stderr]).toEqual([
      2,
      "CAUSE_UNKNOWN: --cause 'FOO' is no cause, and nothing has failed or is refused\n",
    ])
  })

  it('says what was refused again, who is nobody, and that no worker lives', async () => {
    await beginRefused()

    const again = await runCli(world, ['retry', '--cause', 'VALUE_MALFORMED', '--wait'])
    const nobody = await runCli(world, ['retry', '--user', 'zoe'])
    const noGroup = await runCli(world, ['retry', '--group', 'ada@example.org'])
    await world.stopProduct()
    const idle = await runCli(world, ['retry', '--all', '--wait'])

    expect([again.code, again.stdout.match(/not written: Zendesk refuses/g)]).toEqual([
      1,
      [expect.any(String), expect.any(String)],
    ])
    expect([nobody.code, nobody.stdout]).toEqual([1, expect.stringMatching(/known as 'zoe'/)])
    expect([noGroup.code, noGroup.stdout]).toEqual([1, "'ada@example.org' is no group: name it by --user.\n"])
    expect([idle.code, idle.stdout]).toEqual([1, expect.stringMatching(/But not now:\n {2}NO_WORKER/)])
  })
})
