import type { LoggedRequest } from '@provisioner/sandbox/zendesk-account/request-log.ts'
import type { ZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import type { Company } from './company.ts'

/** While Redis forgot what it was told: writes of that time may be followed by those that it still knew. ms */
export interface Amnesia {
  readonly from: number
  readonly to: number
}

/** Faults that answer, or keep silent, before anything is done. */
const UNDONE = ['timeout-before', 'reset-before']

interface Write {
  readonly at: number
  readonly who: string
  readonly phone: number
}

/** Objects that were made twice: those that were deleted afterwards count as well. */
export function doubles({ account, requests }: ZendeskSandbox, company: Company): string[] {
  const users = account.users.all().filter((user) => user.external_id !== null)
  const groups = account.groups.all().filter((group) => !group.default)
  const created = requests.filter(
    ({ method, path, status }) => method === 'POST' && /\/(users|groups)$/.test(path) && status === 201,
  )
  const names = created.map(({ path, body }) => `${path.split('/').at(-1)} ${nameOf(body)}`)
  return [
    ...(users.length > company.ever.people ? [`${users.length} users for ${company.ever.people} people`] : []),
    ...(groups.length > company.ever.groups ? [`${groups.length} groups for ${company.ever.groups} entries`] : []),
    ...repeated(users.map((user) => `user ${user.external_id}`)),
    ...repeated(groups.filter((group) => !group.deleted).map((group) => `group ${group.name}`)),
    ...repeated(names),
  ]
}

/** Writes of a telephone number after a newer one of the same user. */
export function regressions({ account, requests }: ZendeskSandbox, lost: readonly Amnesia[]): string[] {
  const newest = new Map<string, Write>()
  const found: string[] = []
  for (const write of requests.flatMap((request) => writesOf(request, account))) {
    const before = newest.get(write.who)
    if (before && before.phone > write.phone && !lost.some(({ from, to }) => before.at >= from && before.at <= to))
      found.push(
        `${write.who}: ${write.phone} at ${show(write.at)} after ${before.phone} at ${show(before.at)} (${write.at - before.at} ms)`,
      )
    newest.set(write.who, write)
  }
  return found
}

function writesOf(request: LoggedRequest, account: ZendeskSandbox['account']): Write[] {
  const { method, path, query, body, status, fault = '' } = request
  if (method === 'GET' || status >= 400 || UNDONE.includes(fault) || typeof body !== 'object' || body === null)
    return []
  const { user, users } = body as { user?: Body; users?: Body[] } // what is no such body has neither
  const ids = (query['ids'] ?? /\/users\/(\d+)$/.exec(path)?.[1] ?? '').split(',')
  const bodies = users ?? (user ? ids.map((id) => ({ id: Number(id), ...user })) : [])
  return bodies.flatMap((one) => {
    const who = account.users.get(one.id ?? 0)?.external_id ?? one.external_id
    if (who == null || typeof one.phone !== 'string') return []
    return [{ at: Date.parse(request.at), who, phone: Number(one.phone) }]
  })
}

interface Body {
  readonly id?: number
  readonly external_id?: string | null
  readonly phone?: string | null
}

function nameOf(body: unknown): string {
  const { user, group } = body as { user?: Body; group?: { name: string } } // both are objects of ours
  return user?.external_id ?? group?.name ?? ''
}

function repeated(names: readonly string[]): string[] {
  const groups = Object.entries(Object.groupBy(names, (name) => name))
  return groups.filter(([, all]) => all!.length > 1).map(([name, all]) => `${name}: ${all!.length} times`)
}

function show(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}
