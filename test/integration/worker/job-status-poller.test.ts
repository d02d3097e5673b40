import { expect, it } from 'vitest'
import type { Problem } from '@provisioner/shared/problem.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { AccountProblems } from '@provisioner/worker/account-problems.ts'
import { JobStatusPoller } from '@provisioner/worker/bulk/job-status-poller.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'
import { startScriptedZendesk, type Scripted } from '../../fixtures/scripted-zendesk.ts'
import { STAFF } from '../../fixtures/staff.ts'
import { until } from '../../fixtures/until.ts'

const WRITE = { id: 'w1.1', connection: 'staff', worker: 'w1', call: 'users update', slot: null } as const
const USER = JSON.stringify({ presence: 'active', attributes: {} })
const ITEM = { jobId: 'j', kind: 'user', revision: 1, email: null, externalId: null, zendeskId: 1, applied: USER }
const MINUTES = 60_000

/** A poller of a bulk write of two users, whose job status is `V3-1`, and what an account's connection is told. */
async function openPoller(answer: () => Scripted) {
  const owned = new AsyncDisposableStack()
  const { redis } = owned.use(await openRedis())
  const { url } = owned.use(await startScriptedZendesk(answer))
  const { client: zendesk, accountId: account } = owned.use(openClient({ url, redis }))
  const keys = accountKeys(account)
  const items = ['ada', 'bob'].map((id) => ({ ...ITEM, id, suspendedByUs: false }))
  const write = { ...WRITE, at: Date.now() - 10 * MINUTES, items }
  await redis.hset(keys.outstanding, write.id, JSON.stringify(write))
  await redis.hset(keys.jobStatuses, write.id, 'V3-1')
  const stopping = new AbortController()
  const { log, lines } = recordingLog()
  const problems = new AccountProblems([new WriteProblems(redis, { ...STAFF, account })])
  const own = { redis, account, worker: 'w1', signal: stopping.signal, log: log as never }
  const poller = new JobStatusPoller({ ...own, zendesk, problems, limitPerMinute: async () => 100_000 })
  owned.defer(async () => {
    stopping.abort()
    await poller.stopped()
  })
  const reader = new LedgerReader(redis, { ...STAFF, account })
  const told = async () => (await reader.problems()).map(({ problem }) => problem)
  const untilTold = async (isRight: (problems: readonly Problem[]) => boolean) => {
    await until(
      async () => isRight(await told()),
      40_000,
      async () => `told: ${JSON.stringify(await told())}`,
    )
    return told()
  }
  return { poller, lines, redis, keys, untilTold, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const showing = (status: string): Scripted => ({ body: { job_statuses: [{ id: 'V3-1', status }] } })

it.concurrent('a job status that does not end for minutes is told once, with who waits and what can be done, until it ends', async () => {
  let answer = showing('working')
  await using polled = await openPoller(() => answer)

  const told = await polled.untilTold((problems) => problems.length > 0)
  answer = showing('completed')
  await polled.untilTold((problems) => problems.length === 0)

  expect(told).toMatchObject([
    {
      code: 'JOB_STATUS_ENDLESS',
      what: expect.stringMatching(/V3-1 .* 2 users or memberships wait/),
      todo: expect.stringMatching(/redis-cli SET \{zp:\S+\}:account:ended:V3-1 unknown/),
    },
  ])
  expect(polled.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
})

it.concurrent('a job status that Zendesk does not show ends as forgotten, which is told until another one is shown to its end', async () => {
  let answer: Scripted = { body: { job_statuses: [] } }
  await using polled = await openPoller(() => answer)

  const ending = await polled.poller.endingOf('V3-1')
  const told = await polled.untilTold((problems) => problems.length > 0)
  answer = { body: { job_statuses: [{ id: 'V3-2', status: 'completed' }] } }
  await polled.poller.endingOf('V3-2')
  await polled.untilTold((problems) => problems.length === 0)

  expect([ending, told]).toMatchObject(['forgotten', [{ code: 'JOB_STATUS_FORGOTTEN' }]])
})

it.concurrent.each<[what: string, answer: Scripted]>([
  ['are forbidden', { status: 403, body: { error: 'Forbidden', description: 'You do not have access' } }],
  ['are not found', { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } }],
  ['can’t be read', { body: { job_statuses: [{ id: 17, status: 'completed' }] } }],
])('job statuses that %s are one line of the log and one problem, until they are read', async (_what, refused) => {
  let answer = refused
  await using polled = await openPoller(() => answer)

  const told = await polled.untilTold((problems) => problems.length > 0)
  const lines = polled.lines.filter(({ level }) => level === 'warn')
  answer = showing('completed')
  await polled.untilTold((problems) => problems.length === 0)

  expect([told.map(({ code }) => code), lines]).toMatchObject([['JOB_STATUSES_UNREAD'], [{}]])
})

it.concurrent('a poller that has rested since there was no job status polls at once when one is waited for', async () => {
  await using polled = await openPoller(() => showing('completed'))
  const { poller, redis, keys } = polled
  await redis.hdel(keys.jobStatuses, WRITE.id)
  await redis.config('RESETSTAT')
  const looks = async () => Number(/cmdstat_hvals:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0)
  await until(
    async () => (await looks()) >= 4,
    10_000,
    () => 'it does not look for job statuses',
  )

  let ending: unknown
  void poller.endingOf('V3-1').then(
    (one) => (ending = one),
    () => {},
  )
  await until(
    async () => ending !== undefined,
    // half of a rest
    3_000,
    () => 'it is not polled',
  )

  expect(ending).toMatchObject({ id: 'V3-1', status: 'completed' })
})
