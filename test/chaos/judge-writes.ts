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

/**
 * Values that the company numbers: of two of them the higher number is the newer one. What has none was there at first.
 */
const NUMBERED = { phone: /^\+?(\d+)$/, name: /^(?:Name |zd-renamed-)(\d+)$/ } as const

interface Write {
  readonly at: number
  /** A user's or group's attribute. */
  readonly what: string
  readonly serial: number
  /** Whether a request was answered as Zendesk answers, and the answer not lost. */
  readonly isAnswered: boolean
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

/** Writes of a telephone number or a name after a newer one of the same user or group. */
export function regressions({ account, requests }: ZendeskSandbox, lost: readonly Amnesia[]): string[] {
  const newest = new Map<string, Write>()
  const found: string[] = []
  for (const write of requests.flatMap((request) => writesOf(request, account))) {
    const before = newest.get(write.what)
    if (before && before.serial > write.serial && !lost.some(({ from, to }) => before.at >= from && before.at <= to))
      found.push(
        `${write.what}: ${write.serial} at ${show(write.at)} after ${before.serial} at ${show(before.at)} (${write.at - before.at} ms)`,
      )
    newest.set(write.what, write)
  }
  return found
}

/** What a request has written of the values that the company numbers; those that were there at first are 0. */
export function writesOf(request: LoggedRequest, account: ZendeskSandbox['account']): Write[] {
  const { method, path, query, body, status, fault = '' } = request
  if (method === 'GET' || status >= 400 || UNDONE.includes(fault) || typeof body !== 'object' || body === null)
    return []
  const { user, users, group } = body as { user?: Body; users?: Body[]; group?: Body } // what is no such body has none
  const id = /\/(?:users|groups)\/(\d+)$/.exec(path)?.[1]
  const ids = (query['ids'] ?? id ?? '').split(',')
  const bodies = users ?? (user ? ids.map((one) => ({ id: Number(one), ...user })) : [])
  const ofUsers = bodies.flatMap((one) => {
    const who = account.users.get(one.id ?? 0)?.external_id ?? one.external_id
    return who == null ? [] : numbered(`user ${who}`, one)
  })
  const all = [...ofUsers, ...(group && id ? numbered(`group ${id}`, group) : [])]
  return all.map((one) => ({ at: Date.parse(request.at), isAnswered: status >= 200 && fault === '', ...one }))
}

/** The numbered values among a user's or group's attributes. */
export function numbered(who: string, body: Body): Pick<Write, 'what' | 'serial'>[] {
  return Object.entries(NUMBERED).flatMap(([name, pattern]) => {
    const value = body[name as keyof typeof NUMBERED]
    if (typeof value !== 'string') return []
    return [{ what: `${who}, ${name}`, serial: Number(pattern.exec(value)?.[1] ?? 0) }]
  })
}

interface Body {
  readonly id?: number
  readonly external_id?: string | null
  readonly phone?: string | null
  readonly name?: string | null
}

function nameOf(body: unknown): string {
  const { user, group } = body as { user?: Body; group?: Body } // both are objects of ours
  return user?.external_id ?? group?.name ?? ''
}

function repeated(names: readonly string[]): string[] {
  const groups = Object.entries(Object.groupBy(names, (name) => name))
  return groups.filter(([, all]) => all!.length > 1).map(([name, all]) => `${name}: ${all!.length} times`)
}

function show(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}
