import type { SandboxOptions } from '@provisioner/sandbox/zendesk-account/sandbox-options.ts'
import { startZendeskSandbox, type ZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { openClient } from '../../fixtures/open-client.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { startRecordingProxy, type RecordedExchange } from '../../fixtures/recording-proxy.ts'
import { everyCall } from './every-call.ts'
import { everyRefusal } from './every-refusal.ts'

/** Makes every call of the client once, and returns all that was said to Zendesk and answered. */
export function observeEveryCall(): Promise<readonly RecordedExchange[]> {
  return observe({ clock: 50 }, async (client, sandbox) => {
    const { id: agentId } = await client.users.create({ name: 'Agent', email: 'agent@example.org', role: 'agent' })
    // one more than a page holds
    const tickets = Array.from({ length: 101 }, () => ({ assignee_id: agentId, status: 'open' }))
    await fetch(`${sandbox.url}/sandbox/tickets`, { method: 'POST', body: JSON.stringify({ tickets }) })
    for (const calls of Object.values(everyCall({ agentId })))
      for (const call of Object.values(calls)) await call(client)
  })
}

/** Has Zendesk refuse in all its ways, and returns all that was said to Zendesk and answered. */
export function observeEveryRefusal(): Promise<readonly RecordedExchange[]> {
  // Slow, so that all job statuses still run when the last one is asked for.
  return observe({ clock: 0.02 }, everyRefusal)
}

async function observe(
  options: SandboxOptions,
  act: (client: ZendeskClient, sandbox: ZendeskSandbox) => Promise<void>,
): Promise<readonly RecordedExchange[]> {
  await using sandbox = await startZendeskSandbox({ searchLagMs: 0, limits: 'off', bulkImport: true, ...options })
  await using proxy = await startRecordingProxy(sandbox.url)
  await using redis = await openRedis()
  const { email, apiToken } = sandbox.credentials
  const header = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  const auth = { header: async () => header, renew: async () => false }
  await using opened = openClient({ url: proxy.url, redis: redis.redis, auth })
  await act(opened.client, sandbox)
  return proxy.exchanges
}
