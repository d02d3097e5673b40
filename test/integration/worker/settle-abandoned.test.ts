import { expect, it } from 'vitest'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { AccountProblems } from '@provisioner/worker/account-problems.ts'
import { AccountTrouble } from '@provisioner/worker/account-trouble.ts'
import { BulkLeases } from '@provisioner/worker/bulk/bulk-leases.ts'
import { JobStatusPoller } from '@provisioner/worker/bulk/job-status-poller.ts'
import { settleAbandoned } from '@provisioner/worker/bulk/settle-abandoned.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'
import { STAFF } from '../../fixtures/staff.ts'
import { until } from '../../fixtures/until.ts'

it('a bulk write is kept, and told once, with a way out, when no worker has its connection', async () => {
  await using server = await openRedis()
  const { redis } = server
  await using opened = openClient({ url: 'http://127.0.0.1:9', redis })
  const { accountId: account, client: zendesk, budget } = opened
  const { log, lines } = recordingLog()
  const write = {
    id: 'dead.1',
    connection: 'former',
    worker: 'dead',
    call: 'users create',
    at: 0,
    slot: null,
    items: [],
  }
  const { outstanding } = accountKeys(account)
  await redis.hset(outstanding, write.id, JSON.stringify(write))
  const stopping = new AbortController()
  const own = { redis, account, worker: 'w1', signal: stopping.signal, log: log as never }
  const problems = new AccountProblems([new WriteProblems(redis, { ...STAFF, account })])
  const poller = new JobStatusPoller({ ...own, zendesk, problems, limitPerMinute: async () => 100 })
  const leases = new BulkLeases(own)
  const leftBehind = new AccountTrouble({ ...own, problems, name: 'left-behind' })
  const reader = new LedgerReader(redis, { ...STAFF, account })
  const told = async () => (await reader.problems()).map(({ problem }) => problem)

  const running = settleAbandoned({ ...own, leases, poller, budget, leftBehind, connections: new Map() })
  await until(
    async () => (await told()).length > 0,
    20_000,
    () => 'nothing is told',
  )
  const [problem] = await told()
  const kept = await redis.hkeys(outstanding)
  const [, command] = /redis-cli HDEL (.*),/.exec(problem!.todo)!
  const [key, ...batches] = command!.split(' ')
  await redis.hdel(key!, ...batches)
  await until(
    async () => (await told()).length === 0,
    20_000,
    () => 'it is still told',
  )
  stopping.abort()
  await Promise.all([running, poller.stopped()])

  expect([kept, problem]).toMatchObject([
    ['dead.1'],
    { code: 'BULK_WRITE_LEFT_BEHIND', what: expect.stringContaining("connection 'former'") },
  ])
  expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toHaveLength(1)
})
