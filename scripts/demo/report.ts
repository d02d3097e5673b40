import Table from 'cli-table3'
import type { Stage } from './stage.ts'

/** What was done, counted from Zendesk's side: its request log and its mails. */
export function describeWork({ sandbox, company }: Stage, seconds: number): string {
  const requests = sandbox.requests.filter((one) => one.path.startsWith('/api/v2/') && isProduct(one))
  const writes = requests.filter((one) => one.method !== 'GET' && one.status !== undefined && Number(one.status) < 400)
  const matching = (method: string, path: RegExp) =>
    writes.filter((one) => one.method === method && path.test(one.path)).length
  const account = sandbox.account
  const table = new Table({ style: { head: [], border: [], compact: true }, colAligns: ['left', 'right'] })
  table.push(
    ['people in Zendesk at the start', company.zendeskBefore.users.length],
    ['requests that create users', matching('POST', /\/users(\/create_many)?$/)],
    ['requests that change users', matching('PUT', /\/users\//)],
    [
      'groups created, renamed, deleted',
      `${matching('POST', /\/groups$/)}, ${matching('PUT', /\/groups\//)}, ${matching('DELETE', /\/groups\//)}`,
    ],
    [
      'requests that change memberships',
      matching('POST', /\/group_memberships/) + matching('DELETE', /\/group_memberships/),
    ],
    ['requests in all, reads and polls included', requests.length],
    ['answers 429', requests.filter((one) => Number(one.status) === 429).length],
    ['mails that Zendesk sent to anybody', account.mails.length],
    ['time', `${seconds.toFixed(0)} s`],
  )
  return table.toString()
}

/** The demo's own looks come by fetch, the product's by got. */
function isProduct(request: { readonly headers?: Readonly<Record<string, unknown>> }): boolean {
  const agent = String(request.headers?.['user-agent'] ?? 'zendesk-provisioner')
  return agent.includes('zendesk-provisioner')
}
