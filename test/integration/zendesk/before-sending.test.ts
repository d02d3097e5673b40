import { expect, it } from 'vitest'
import { startZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const PAUSE_MS = 300

it('a write is asked about once it is paid for, however long it waited, and what is said no to is not sent', async () => {
  await using sandbox = await startZendeskSandbox({ searchLagMs: 0, limits: 'off' })
  await using redis = await openRedis()
  const { email, apiToken } = sandbox.credentials
  const header = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  const auth = { header: async () => header, renew: async () => false }
  await using opened = openClient({ url: sandbox.url, redis: redis.redis, auth })
  const { id } = await opened.client.users.create({ name: 'Ada', email: 'ada@example.org' })
  await opened.budget.pause('account', PAUSE_MS)
  const began = performance.now()
  let askedAfter = 0

  const sent = opened.client.users.update(
    id,
    { name: 'Eve' },
    {
      beforeSending: async () => {
        askedAfter = performance.now() - began
        throw new Error('not ours any more')
      },
    },
  )

  await expect(sent).rejects.toThrow('not ours any more')
  expect(askedAfter).toBeGreaterThanOrEqual(PAUSE_MS - 20)
  expect(sandbox.requests.filter(({ method }) => method === 'PUT')).toEqual([])
})
