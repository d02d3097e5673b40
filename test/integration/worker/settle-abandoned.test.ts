import { expect, it } from 'vitest'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { BulkLeases } from '@provisioner/worker/bulk/bulk-leases.ts'
import { JobStatusPoller } from '@provisioner/worker/bulk/job-status-poller.ts'
import { settleAbandoned } from '@provisioner/worker/bulk/settle-abandoned.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'

/** Leases that say when a write has been looked at twice. */
class CountedLeases extends BulkLeases {
  readonly twice = Promise.withResolvers<void>()
  #looks = 0

  override async take(batch: string): Promise<AsyncDisposable | undefined> {
    const lease = await super.take(batch)
    return (
      lease && {
        [Symbol.asyncDispose]: async () => {
          await lease[Symbol.asyncDispose]()
          if (++this.#looks === 2) this.twice.resolve()
        },
      }
    )
  }
}

it('a bulk write of a connection that no worker has any more is kept, and told once however often it is found', async () => {
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
  await redis.hset(accountKeys(account).outstanding, write.id, JSON.stringify(write))
  const stopping = new AbortController()
  const own = { redis, account, worker: 'w1', signal: stopping.signal, log: log as never }
  const poller = new JobStatusPoller({ ...own, zendesk, limitPerMinute: async () => 100 })
  const leases = new CountedLeases(own)

  const running = settleAbandoned({ ...own, leases, poller, budget, connections: new Map() })
  await leases.twice.promise
  stopping.abort()
  await Promise.all([running, poller.stopped()])

  expect(lines.map(({ level, batch, connection }) => [level, batch, connection])).toEqual([
    ['warn', 'dead.1', 'former'],
  ])
  expect(await redis.hkeys(accountKeys(account).outstanding)).toEqual(['dead.1'])
})
