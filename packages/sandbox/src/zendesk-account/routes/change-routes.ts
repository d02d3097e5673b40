import { z } from 'zod'
import type { AuditEntry } from '../changes/audit-log.ts'
import type { Webhook } from '../changes/webhooks.ts'
import { forbidden, invalid, notFound } from '../refusal.ts'
import { part, type Answer, type Call, type Route } from './route.ts'

/** Who has changed what, and who is told of it. */
export const changeRoutes: readonly Route[] = [
  { method: 'GET', path: '/audit_logs', area: 'auditlogs', run: listAuditLogs },
  { method: 'POST', path: '/webhooks', area: 'webhooks', run: createWebhook },
  { method: 'GET', path: '/webhooks/:id/signing_secret', area: 'webhooks', run: showSecret },
  { method: 'DELETE', path: '/webhooks/:id', area: 'webhooks', run: removeWebhook },
]

/** Only on Enterprise plans; the newest first (developer.zendesk.com, "Audit Logs"). */
function listAuditLogs(call: Call): Answer {
  const { account, auditLog, query } = call
  if (!account.settings.plan.startsWith('enterprise')) throw forbidden()
  const { 'filter[source_type]': type, 'filter[source_id]': id, 'filter[actor_id]': actor } = query
  if (id !== undefined && type === undefined)
    throw invalid('source_type', 'filter[source_id] requires filter[source_type]')
  const items = auditLog.entries.filter(
    (one) =>
      (type === undefined || one.source_type === type) &&
      (id === undefined || String(one.source_id) === id) &&
      (actor === undefined || String(one.actor_id) === actor),
  )
  // Entries are only ever added: from the oldest on, a position is a cursor that lasts.
  const end = query['page[after]'] === undefined ? items.length : Number(query['page[after]'])
  const start = Math.max(0, end - Math.min(100, Number(query['page[size]'] ?? 100) || 100))
  const page = items.slice(start, end).toReversed()
  const show = (one: AuditEntry) => {
    return { url: `${account.origin}/api/v2/audit_logs/${one.id}.json`, ip_address: '203.0.113.7', ...one }
  }
  const meta = { has_more: start > 0, after_cursor: String(start), before_cursor: null }
  return { status: 200, body: { audit_logs: page.map(show), meta, links: { prev: null, next: null } } }
}

const NewWebhook = z.object({
  name: z.string(),
  endpoint: z.url(),
  http_method: z.literal('POST'),
  request_format: z.literal('json'),
  status: z.enum(['active', 'inactive']),
  subscriptions: z.array(z.string()).min(1),
})

function createWebhook(call: Call): Answer {
  const said = NewWebhook.safeParse(part(call, 'webhook'))
  if (!said.success) throw invalid('base', 'Invalid webhook')
  const { name, endpoint, subscriptions, ...others } = said.data
  const webhook = call.webhooks.add(name, endpoint, subscriptions)
  return { status: 201, body: { webhook: { id: webhook.id, name, endpoint, subscriptions, ...others } } }
}

function showSecret(call: Call): Answer {
  return { status: 200, body: { signing_secret: { algorithm: 'SHA256', secret: find(call).secret } } }
}

function removeWebhook(call: Call): Answer {
  call.webhooks.all.delete(find(call).id)
  return { status: 204 }
}

function find({ webhooks, params }: Call): Webhook {
  const webhook = webhooks.all.get(params['id'] ?? '')
  if (!webhook) throw notFound()
  return webhook
}
