import { expect, it } from 'vitest'
import { startZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { JobStatusPoller } from '@provisioner/worker/bulk/job-status-poller.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

it('a job status whose record Redis lost with its last second is polled by the worker that waits for it', async () => {
  await using sandbox = await startZendeskSandbox({ clock: 100, searchLagMs: 0, limits: 'off', bulkImport: true })
  await using redis = await openRedis()
  const { email, apiToken } = sandbox.credentials
  const header = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  const auth = { header: async () => header, renew: async () => false }
  await using opened = openClient({ url: sandbox.url, redis: redis.redis, auth })
  const stopping = new AbortController()
  const poller = new JobStatusPoller({
    redis: redis.redis,
    zendesk: opened.client,
    account: 'acme',
    worker: 'worker',
    signal: stopping.signal,
    limitPerMinute: async () => 6_000,
    log: createLogger({ name: 'test', level: 'silent' }),
  })

  const { id } = await opened.client.users.createMany([{ name: 'Ada', email: 'ada@example.org' }])
  const ending = await poller.ended(id)

  expect(ending).toMatchObject({ id, status: 'completed' })
  stopping.abort()
  await poller.stopped()
})
