import { describe, expect, it } from 'vitest'
import { addEntry, deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { pause } from '@provisioner/shared/ledger/pauses.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const uids = Array.from({ length: 30 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
const ldif = directoryOf(
  uids.map((uid) => ({ uid })),
  { agents: uids.slice(0, 6), 'zd-a': uids.slice(0, 6) },
)

async function addressesOf(world: World) {
  return (await world.zendesk.users()).map(({ email }) => email)
}

describe.concurrent('provisioner sync', () => {
  it('ends when what the cycle released is written, memberships included', async () => {
    await using world = await openWorld({ ldif })

    const first = await runCli(world, ['sync'])
    const people = await addressesOf(world)
    const members = await world.zendesk.members('zd-a')
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    const second = await runCli(world, ['sync', 'staff', '--json'])

    const begun = 'Reading the directory, and waiting until what differs is written …\n'
    expect([first.code, first.stderr, second.stderr]).toEqual([0, begun, ''])
    expect(first.stdout).toMatch(
      /^Connection 'staff': in step, after .*\.\n {2}read {5}30 users, 1 group, 6 memberships\n {2}written {2}\d+ changes\n$/,
    )
    expect(people).toEqual(uids.map((uid) => `${uid}@example.org`))
    expect(members).toHaveLength(6)
    expect(JSON.parse(second.stdout)).toMatchObject({ connection: 'staff', left: 0, held: 0, summary: { users: 31 } })
    expect(await addressesOf(world)).toContain('eve@example.org')
  })

  it('ends with 4 where all that is left is held', async () => {
    await using world = await openWorld({ ldif, config: { guard: { users: { share: '1%', min: 1 } } } })
    await world.step()
    for (const uid of uids.slice(20)) await deleteEntry(world.slapd, personDn(uid))

    const { code, stdout } = await runCli(world, ['sync'])

    expect([code, stdout]).toEqual([4, expect.stringMatching(/in step.*\n(.*\n)* {2}held {5}'provisioner held staff'/)])
  })

  it('does not wait for what Zendesk refuses, and says that it waits', async () => {
    await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.fault({ method: 'POST', path: '/users', body: 'bob@example', kind: '422', times: 100 })

    const { code, stdout } = await runCli(world, ['sync'])

    expect([code, stdout]).toEqual([1, expect.stringMatching(/NOT in step yet(.*\n)*.* 1 change waits for longer/)])
    expect(await addressesOf(world)).toContain('ada@example.org')
  })

  it.each([
    ['no producer works', { producers: 0 }, 'NO_PRODUCER'],
    ['no worker works', { workers: 0 }, 'NO_WORKER'],
  ])('says that %s, and asks for nothing', async (_what, without, code) => {
    await using world = await openWorld({ ldif, ...without })

    const ended = await runCli(world, ['sync'])

    expect([ended.code, ended.stdout]).toEqual([1, expect.stringContaining(code)])
    expect(await addressesOf(world)).toEqual([])
  })

  it('says that writing is paused', async () => {
    await using world = await openWorld({ ldif })
    await pause(world.redis, 'acme', { scope: 'all' }, { by: 'ada@host', at: Date.now() })

    const { code, stdout } = await runCli(world, ['sync'])

    expect([code, stdout]).toEqual([1, expect.stringMatching(/PAUSED .*paused by ada@host/)])
  })

  it('says that the cycle failed, and why', async () => {
    await using world = await openWorld({ ldif })
    await world.step()
    await world.slapd.stop()

    const { code, stdout } = await runCli(world, ['sync', '--timeout', '2m'])

    expect([code, stdout]).toEqual([1, expect.stringMatching(/the cycle failed: .*ldap/i)])
  })

  it('refuses a time that nobody can read', async () => {
    await using world = await openWorld({ ldif: directoryOf([]), producers: 0, workers: 0 })

    const { code, stderr } = await runCli(world, ['sync', '--timeout', 'soon'])

    expect([code, stderr]).toEqual([2, expect.stringMatching(/'soon' is invalid\. Give a duration such as 30s, 10m/)])
  })
})
