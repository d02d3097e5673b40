import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { entityInRedis } from '../fixtures/entity-in-redis.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { QUICK_WORKER, startService } from '../fixtures/service-process.ts'
import { STAFF } from '../fixtures/staff.ts'
import { openTappedWorld } from '../fixtures/tapped-world.ts'
import { until } from '../fixtures/until.ts'
import { useUpAttempts } from '../fixtures/use-up-attempts.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** Has Zendesk answer 503 to whatever ada is to get, and something be sent to her. */
async function beginToFail(world: World): Promise<void> {
  await world.fault({ method: 'PUT', path: '/api/v2/users/', kind: '503', times: 'always' })
  await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+491' } })
}

/** Lets five minutes have passed since the job failed. */
async function age(world: World): Promise<void> {
  const queue = world.queue('users.update')
  const [job] = await queue.getFailed()
  const at = job!.finishedOn! - 5 * 60_000
  await world.redis.hset(queue.toKey(job!.id!), 'finishedOn', at)
  const [, member] = (await world.ledger.pending())[0]!.split('|')
  const ada = entityInRedis(world.redis, STAFF, 'user', member!)
  const failures = await ada.get('failures')
  if (failures !== null)
    await ada.set({ failures: JSON.stringify({ ...(JSON.parse(failures) as object), at, since: at }) })
}

const failing = async (world: World) =>
  (await world.ledger.problems()).map(({ problem, failing: row }) => [problem.code, problem.dn, row?.times])

const phoneOf = async (world: World) => (await world.zendesk.user('ada@example.org'))?.phone

describe('a change that fails again and again', () => {
  it('waits, says so, and goes out at once when the directory gives another value', async () => {
    const world = owned.use(await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) }))
    await world.step()
    await beginToFail(world)
    await world.cycle()
    await useUpAttempts(world)
    const before = world.sandbox.requests.length
    await world.cycle()
    await world.cycle()

    const told = await failing(world)
    const { stdout } = await runCli(world, ['problems'])
    const asked = world.sandbox.requests.length - before
    world.sandbox.faults.clear()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+492' } })
    await world.step()

    expect(stdout).toMatch(
      /CHANGE_FAILS {2}uid=ada.*\n.*503.*\n {2}Failed once, at .*; tried again at .*, in .* min\.\n/,
    )
    expect([told, asked]).toEqual([[['CHANGE_FAILS', personDn('ada'), 1]], 0])
    expect(await phoneOf(world)).toBe('+492')
    expect(await failing(world)).toEqual([])
  })

  it('is counted when its attempts are used up: a worker killed in one of them neither resets nor doubles it', async () => {
    const world = owned.use(await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), workers: 0 }))
    const first = await world.addWorker()
    await world.step()
    await beginToFail(world)
    await world.cycle()
    await useUpAttempts(world)
    await world.cycle()
    await first[Symbol.asyncDispose]()
    await age(world)
    await world.cycle()
    world.sandbox.faults.clear()
    await world.fault({ method: 'PUT', path: '/api/v2/users/', kind: 'timeout-before', times: 1 })

    const victim = owned.use(await startService('worker', world, { main: QUICK_WORKER }))
    const isSent = () => world.sandbox.requests.some((one) => one.fault === 'timeout-before')
    await until(isSent, 20_000, () => victim.output.join('\n'))
    victim.kill('SIGKILL')
    await victim.ended
    await endLocks(world, world.queue('users.update'))
    await world.cycle()
    const meanwhile = await failing(world)
    await world.fault({ method: 'PUT', path: '/api/v2/users/', kind: '503', times: 'always' })
    await world.addWorker()
    await useUpAttempts(world)
    await world.cycle()

    expect(meanwhile).toEqual([['CHANGE_FAILS', personDn('ada'), 1]])
    expect(await failing(world)).toEqual([['CHANGE_FAILS', personDn('ada'), 2]])
  })

  it.each([
    ['before it notes that it retries it', '"tried\\":true'],
    ['after that, and before it does', 'failedReason'],
  ])('is retried, and counted once, though a producer is killed %s', async (_when, word) => {
    const tapped = await openTappedWorld(owned, { ldif: directoryOf([{ uid: 'ada' }]) })
    const { world, tap, cycles, startProducer } = tapped
    const producer = await startProducer()
    await world.step()
    await beginToFail(world)
    await world.cycle()
    await useUpAttempts(world)
    await world.cycle()
    await age(world)

    const held = tap.holdAt(word)
    const cycle = world.cycle()
    await held
    producer.kill('SIGKILL')
    await producer.ended
    tap.letGo()
    const before = await world.queue('users.update').getFailedCount()
    await endLocks(world, cycles)
    await startProducer()
    await cycle
    await useUpAttempts(world)
    await world.cycle()

    expect(before).toBe(1)
    expect(await failing(world)).toEqual([['CHANGE_FAILS', personDn('ada'), 2]])
  })
})
