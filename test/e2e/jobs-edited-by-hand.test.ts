import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = Array.from({ length: 6 }, (_one, i) => ({ uid: `user${i}`, telephoneNumber: `+4930000${i}` }))
const waitingJobs = () => world.queue('users.create').getJobs(['waiting', 'prioritized'])

/** What Bull Board's editor lets somebody write into a job. */
const EDITED: readonly unknown[] = [
  { what: 'mallory@example.org', changed: ['role', 'email'] },
  {
    what: 'user5@example.org',
    ref: { connection: 'staff', kind: 'user', id: 'x' },
    desired: { email: 'evil@example.org' },
  },
  'no object at all',
  ['a', 'list'],
  { what: 'x'.repeat(100_000) },
  {},
]

describe('jobs of a queue', () => {
  it('that somebody edited, removed, duplicated or invented change nothing of what is written', async () => {
    world = await openWorld({ ldif: directoryOf(people), workers: 0, sandbox: { bulkImport: false } })
    await world.cycle()
    const queue = world.queue('users.create')
    const jobs = await waitingJobs()
    for (const [i, job] of jobs.entries()) await job.updateData(EDITED[i])
    const [first, second] = jobs
    await second!.remove()
    const { id, name, data } = first!
    const invented = [
      await queue.add(name, data), // as Bull Board's "duplicate" does: with an id that BullMQ counts
      await queue.add(name, data, { jobId: 'rubbish' }),
      await queue.add(name, data, { jobId: id!.replace('staff.', 'others.') }),
      await queue.add(name, data, { jobId: id!.replace('.user.', '.wizard.') }),
    ]
    const harmless = [
      await queue.add('delete user', data, { jobId: id!.replace(/\d+$/, '1') }), // an old revision, another name
      await queue.add(name, data, { jobId: 'staff.user.nobody-at-all.17' }),
    ]

    await world.addWorker()
    await world.settled()
    const withoutRemoved = await world.zendesk.users()
    await world.step()

    expect(withoutRemoved).toHaveLength(5)
    expect((await world.zendesk.users()).map(({ email, role, phone }) => ({ email, role, phone }))).toEqual(
      people.map(({ uid, telephoneNumber }) => ({
        email: `${uid}@example.org`,
        role: 'end-user',
        phone: telephoneNumber,
      })),
    )
    expect(
      await world.zendesk.writes().then((writes) => writes.filter((one) => one.path === '/api/v2/users')),
    ).toHaveLength(6)
    const failed = await queue.getFailed()
    expect(failed.map((job) => job.id).sort()).toEqual(invented.map((job) => job.id).sort())
    for (const job of failed) expect(job.failedReason).toMatch(/names no entity of this connection.*Remove it/)
    expect((await queue.getCompleted()).map((job) => job.id)).toEqual(
      expect.arrayContaining(harmless.map((job) => job.id)),
    )
  })

  it('that are removed when they are done are not missed', async () => {
    world = await openWorld({ ldif: directoryOf(people) })
    await world.step()
    await world.queue('users.create').clean(0, 100, 'completed')
    await world.zendesk.forgetRequests()
    await modifyEntry(world.slapd, personDn('user0'), { replace: { telephoneNumber: '+491' } })

    await world.step()
    await world.fullStep()

    expect(await world.queue('users.create').getCompletedCount()).toBe(0)
    expect((await world.zendesk.writes()).map(({ method, path }) => `${method} ${path.replace(/\d+$/, 'ID')}`)).toEqual(
      ['PUT /api/v2/users/ID'],
    )
  })
})
