import { describe, expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

/** Job statuses that Zendesk has queued or working at once for an account. */
const MOST = 30

/** What nobody has recorded of the refusal: its status, and whether it says how long to wait. */
const REFUSALS = [
  { tooManyJobsStatus: 429, tooManyJobsRetryAfter: false },
  { tooManyJobsStatus: 422, tooManyJobsRetryAfter: true },
  { tooManyJobsStatus: 400, tooManyJobsRetryAfter: false },
  { tooManyJobsStatus: 503, tooManyJobsRetryAfter: true },
] as const

describe.concurrent('while other integrations hold all of Zendesk’s job statuses', () => {
  it.each(REFUSALS)(
    'what is refused waits, and no job’s attempt is spent: $tooManyJobsStatus, Retry-After $tooManyJobsRetryAfter',
    async (unknowns) => {
      const customers = Array.from({ length: 100 }, (_, i) => 1_000 + i)
      const uids = Array.from({ length: 150 }, (_, i) => `uid${i}`)
      await using world = await openWorld({
        ldif: directoryOf(uids.map((uid) => ({ uid }))),
        sandbox: {
          bulkImport: true,
          limits: 'off',
          clock: 1,
          unknowns,
          before: { users: customers.map((id) => ({ id, name: `Customer ${id}` })) },
        },
      })
      const refused = () =>
        world.sandbox.requests.filter(({ path, status }) => path.endsWith('/users/create_many') && status !== 200)
      await world.queue('users.create').pause()
      await world.cycle()
      const theirs = `/api/v2/users/update_many?ids=${customers.join(',')}`
      const hold = () => world.zendesk.call('PUT', theirs, { user: { phone: '7' } })
      await Promise.all(Array.from({ length: MOST }, hold))
      await world.queue('users.create').resume()
      await until(
        () => refused().length > 0,
        10_000,
        () => 'Zendesk did not refuse',
      )
      await world.settled()

      expect((await world.zendesk.users()).filter(({ email }) => email?.startsWith('uid'))).toHaveLength(uids.length)
      const jobs = await world.queue('users.create').getCompleted()
      expect(jobs.map((job) => job.attemptsMade)).toEqual(uids.map(() => 1))
      expect(refused().length).toBeLessThan(6)
      expect(await world.problems('user')).toEqual([])
    },
  )
})
