import Table from 'cli-table3'
import type { Stage } from './stage.ts'

type Request = Stage['sandbox']['requests'][number]

const WRITES = [
  { name: 'users created', method: 'POST', path: /^\/api\/v2\/users(\/create_many|\/create_or_update(_many)?)?$/ },
  { name: 'users updated', method: 'PUT', path: /^\/api\/v2\/users\// },
  { name: 'users deleted', method: 'DELETE', path: /^\/api\/v2\/users\/(\d+|destroy_many)$/ },
  { name: 'groups created', method: 'POST', path: /^\/api\/v2\/groups$/ },
  { name: 'groups renamed', method: 'PUT', path: /^\/api\/v2\/groups\// },
  { name: 'groups deleted', method: 'DELETE', path: /^\/api\/v2\/groups\// },
  { name: 'memberships added', method: 'POST', path: /^\/api\/v2\/group_memberships/ },
  { name: 'memberships removed', method: 'DELETE', path: /^\/api\/v2\/group_memberships/ },
]

/** What was done, counted from Zendesk's side: its request log, its users and its mails. */
export function describeWork({ sandbox, company }: Stage, seconds: number): string {
  const requests = sandbox.requests.filter((one) => one.path.startsWith('/api/v2/') && isProduct(one))
  const done = requests.filter((one) => one.status >= 200 && one.status < 300)
  const before = new Set(company.zendeskBefore.users.map((user) => user.id))
  // somebody who left long ago is linked as well, and suspended; nothing else is written there
  const linked = sandbox.account.users
    .all()
    .filter((user) => before.has(user.id) && (user.external_id !== null || user.suspended))
  const table = new Table({
    head: ['done in Zendesk', 'count', 'requests'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right'],
  })
  table.push(['existing users linked', linked.length, ''])
  for (const { name, method, path } of WRITES) {
    const writes = done.filter((one) => one.method === method && path.test(one.path))
    const items = writes.flatMap(itemsOf)
    const suspended = items.filter((item) => item['suspended'] === true).length
    if (items.length > 0) table.push([name, items.length, writes.length])
    if (suspended > 0) table.push(['  of them suspended', suspended, ''])
  }
  table.push(['reads and polls', '', requests.filter((one) => one.method === 'GET').length])
  table.push(['answers 429: too many requests', '', requests.filter((one) => one.status === 429).length])
  const total = `${requests.length} requests in ${seconds.toFixed(0)} s; mails that Zendesk sent to anybody: ${sandbox.account.mails.length}`
  return `${table.toString()}\n${total}`
}

/** What a write is about: each item of a batch, or the one thing of a single write. */
function itemsOf({ body, query }: Request): Record<string, unknown>[] {
  const { user, users, group_memberships: memberships } = (body ?? {}) as Record<string, unknown>
  const ids = query['ids'] ?? query['external_ids']
  if (Array.isArray(users)) return users as Record<string, unknown>[]
  if (Array.isArray(memberships)) return memberships as Record<string, unknown>[]
  const all = { ...(typeof user === 'object' ? user : {}) }
  return ids === undefined ? [all] : ids.split(',').map(() => all)
}

/** The demo's own looks come by fetch, the product's by got. */
function isProduct({ headers }: Request): boolean {
  return (headers['user-agent'] ?? '').includes('zendesk-provisioner')
}
