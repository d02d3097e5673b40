import { composeLimitMb } from './compose.ts'
import { limitMemory, type MemoryLimit } from './memory-limit.ts'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage } from './stage.ts'
import { timed } from './timed.ts'

const SIZE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }
const USERS = SIZE.endUsers + SIZE.agents
const WORKERS = 3

/**
 * 100,000 people with the memory that docker-compose.yml gives the services, page cache included: the first cycle, the
 * load, and two quiet cycles. A process that needs more is ended by the kernel, and the benchmark with it.
 */
export async function composeLimits(): Promise<Finding> {
  await using owned = new AsyncDisposableStack()
  const limits: MemoryLimit[] = []
  const limited = async (service: string) => {
    const limit = owned.use(await limitMemory(await composeLimitMb(service)))
    limits.push(limit)
    return limit
  }
  const ofProducer = await limited('producer')
  const ofWorkers: MemoryLimit[] = []
  for (let i = 0; i < WORKERS; i++) ofWorkers.push(await limited('worker'))
  // It is left before the groups: one with a process in it can't be removed.
  const stage = owned.use(
    await setStage({ ldif: loadLdif(SIZE), sandbox: { limits: 'off', clock: 1_000, bulkImport: true } }),
  )
  const services = [await stage.start('producer', { limit: ofProducer })]
  for (const limit of ofWorkers) services.push(await stage.start('worker', { limit }))
  const firstS = await timed(() => stage.cycle())
  const restS = await timed(async () => {
    // a cycle leaves to the next what would make its queues too long
    for (;;) {
      await stage.drained(1_200_000)
      const { users, memberships } = await stage.zendesk.holds()
      if (users >= USERS && memberships >= SIZE.memberships) return
      await stage.cycle()
    }
  })
  for (let i = 0; i < 2; i++) await stage.cycle()
  // throws for a process that is gone
  for (const { pid } of services) process.kill(pid, 0)
  const [producer, ...workers] = await Promise.all(limits.map((limit) => limit.peakMb()))
  const failed = await stage.failedJobs()
  return finding('compose-limits', {
    measured: producer!,
    reference: await composeLimitMb('producer'),
    goal: '<= 1',
    also: failed === 0,
    rows: [
      ['users, memberships', `${USERS}, ${SIZE.memberships}`],
      ['first cycle, and from there until all is in Zendesk, s', `${firstS.toFixed(0)}, ${restS.toFixed(0)}`],
      ['producer’s peak of its limit, MB', `${producer!.toFixed(0)} of ${await composeLimitMb('producer')}`],
      [
        'workers’ peaks of theirs, MB',
        `${workers.map((mb) => mb.toFixed(0)).join(', ')} of ${await composeLimitMb('worker')}`,
      ],
      ['failed jobs', String(failed)],
    ],
  })
}
