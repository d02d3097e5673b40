import { describe, expect, it } from 'vitest'
import { startZendeskSandbox } from '../start-sandbox.ts'
import { JobStatuses, showJob } from './job-statuses.ts'

async function jobsOf(clock: number) {
  const sandbox = await startZendeskSandbox({ clock })
  return { sandbox, jobs: new JobStatuses(sandbox.account) }
}

describe('job statuses', () => {
  it.each([
    [1, 2_000, 4_000],
    [100, 7_000, 12_000],
  ])('of %i items take %i to %i ms, as recorded', async (count, shortest, longest) => {
    const { sandbox, jobs } = await jobsOf(1)
    await using _ = sandbox

    for (let at = 0; at < 25; at++) {
      const job = jobs.start(
        'UserBulkCreateJob',
        'Creating User',
        Array.from({ length: count }, () => () => ({})),
      )
      expect(job.endsAt - job.createdAt).toBeGreaterThanOrEqual(shortest)
      expect(job.endsAt - job.createdAt).toBeLessThanOrEqual(longest)
    }
  })

  it('are queued, then working item by item, then completed, and forgotten after a day', async () => {
    const { sandbox, jobs } = await jobsOf(1)
    await using _ = sandbox
    const job = jobs.start(
      'UserBulkCreateJob',
      'Creating User',
      Array.from({ length: 100 }, (_item, id) => () => ({ id })),
    )

    jobs.advance(job.createdAt + 1)
    expect(showJob(sandbox.account, job)).toMatchObject({ status: 'queued', progress: null, results: null })
    jobs.advance((job.startsAt + job.endsAt) / 2)
    expect(showJob(sandbox.account, job)).toMatchObject({
      status: 'working',
      progress: 50,
      message: 'Creating User #50',
      results: null,
    })
    jobs.advance(job.endsAt)
    expect(showJob(sandbox.account, job)).toMatchObject({ status: 'completed', progress: 100 })
    expect(job.results).toHaveLength(100)
    jobs.advance(job.endsAt + 86_400_001)
    expect(jobs.find(job.id)).toBeUndefined()
  })

  it('interleave the items of several by the time they are due', async () => {
    const { sandbox, jobs } = await jobsOf(1)
    await using _ = sandbox
    const done: string[] = []
    const items = (name: string) => [0, 1].map((at) => () => ({ done: done.push(`${name}${at}`) }))
    const one = jobs.start('UserBulkCreateJob', 'Creating User', items('a'))
    const two = jobs.start('UserBulkCreateJob', 'Creating User', items('b'))

    jobs.advance(Math.max(one.endsAt, two.endsAt))

    expect(done.toSorted()).toEqual(['a0', 'a1', 'b0', 'b1'])
    expect(done.indexOf('b0')).toBeLessThan(3)
  })

  it('are faster by the clock', async () => {
    const { sandbox, jobs } = await jobsOf(100)
    await using _ = sandbox

    const job = jobs.start('UserBulkCreateJob', 'Creating User', [() => ({})])

    expect(job.endsAt - job.createdAt).toBeLessThanOrEqual(40)
  })
})
