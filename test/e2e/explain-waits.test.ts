import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { explainAll } from '../fixtures/explain.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const setPhone = (uid: string, telephoneNumber: string) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber } })

describe('provisioner explain', () => {
  it('says what waits, and why: after failures, refused by Zendesk, without a worker, and in no group yet', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }, { uid: 'bob', telephoneNumber: '1' }, { uid: 'cyd' }], {
        agents: ['cyd'],
        'zd-team': ['cyd', 'ada'],
      }),
    })
    await world.step()
    await world.fault({ method: 'PUT', path: '/users/', body: 'x-ada', kind: '500', times: 'always' })
    await world.fault({ method: 'PUT', path: '/users/', body: 'x-bob', kind: '422', times: 'always' })
    await setPhone('ada', 'x-ada')
    await setPhone('bob', 'x-bob')
    await world.cycle()
    const jobs = world.queue('users.update')
    await until(
      async () => {
        const [waiting] = await jobs.getDelayed()
        return (waiting?.attemptsMade ?? 0) >= 1 && (await jobs.getFailedCount()) === 1
      },
      60_000,
      async () => JSON.stringify(await jobs.getJobCounts()),
    )
    await world.stopProduct()
    const before = await redisContent(world.redis)
    const [ada, bob, cyd] = await explainAll(world, ['ada', 'bob', 'cyd'])
    const written = await writtenSince(world.redis, before)
    const later = await openWorld({ ldif: '', servers: world, workers: 0 })
    await using _later = later
    await setPhone('cyd', '3')
    await later.cycle()
    const [waiting] = await explainAll(world, ['cyd@example.org'])
    await runCli(world, ['pause', '--reason', 'wrong import'])
    const [paused] = await explainAll(world, ['cyd@example.org'])

    expect(written).toEqual([])
    expect(ada.verdict).toMatch(
      /^ada is in Zendesk as end-user \d+: update user \(phone\), released .* UTC, waits: its job failed (once|\d+ times): .*; tried next .* UTC\.$/,
    )
    expect(ada.says).toMatch(/^ {2}job +staff\.user\.\S+ \(delayed\)$/m)
    expect(ada.says).toMatch(/^ {2}zd-team +missing: the user is an end user in Zendesk, where only team members/m)
    expect(bob.verdict).toMatch(/^bob is in Zendesk as end-user \d+: Zendesk refuses update user since .* UTC: /)
    expect(bob.says).toMatch(/^ {2}refused +[A-Z_]+: /m)
    expect(cyd.says).toMatch(/^ {2}zd-team +in$/m)
    expect(paused.verdict).toMatch(
      /, waits: writing is paused by .* \(wrong import\); 'provisioner resume' ends that\.$/,
    )
    expect(waiting.verdict).toMatch(/: update user \(phone\), released .* UTC, waits for a worker\.$/)
  })

  it('says of a first plan that waits that it does, and of one entry that it is held for', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), config: { firstRun: 'approve' }, workers: 0 })
    const [before] = await explainAll(world, ['ada'])
    await world.cycle()
    const [waiting] = await explainAll(world, ['ada'])

    expect(before.verdict).toBe('ada is not in Zendesk: no cycle has ended yet.')
    expect(waiting.verdict).toMatch(/^ada is not in Zendesk: .*(first plan|held by the guard).* approve/)
  })
})
