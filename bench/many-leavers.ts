import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { loadLdif, userDn } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage, type Stage } from './stage.ts'

/** Requests a minute of the plan, and the share that the configuration leaves to others. */
const LIMIT = 700
const RESERVE = 0.2
const MINUTE_MS = 60_000
const AGENTS = 600
const LEAVERS = 500
const TICKETS_EACH = 2
/** As Zendesk's API answers, ms. */
const ANSWER_MS = 100
const CLI = fileURLToPath(new URL('../packages/producer/bin/provisioner.mjs', import.meta.url))

interface Request {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly status: number
}

interface State {
  readonly users: readonly { id: number; email: string; role: string; suspended: boolean }[]
  readonly tickets: readonly { id: number; assignee_id: number | null }[]
}

/**
 * 500 agents with open tickets leave at once: they are held; approved, tickets, seat and access, and sessions are done
 * in that order of each, at the account's limit. Each costs three requests of their own, which govern, and not the
 * job statuses: their tickets, groups and brands are read. The rate is that of the time in which anybody is still to be
 * read; what follows is one bulk write.
 */
export async function manyLeavers(): Promise<Finding> {
  await using stage = await setStage({
    ldif: loadLdif({ endUsers: 0, agents: AGENTS, groups: 4, memberships: AGENTS }),
    sandbox: { plan: 'enterprise', bulkImport: true, answerDelayMs: ANSWER_MS },
    connection: {
      users: {
        locations: [{ base: 'ou=people,dc=example,dc=org', filter: '(objectClass=inetOrgPerson)' }],
        map: {
          email: 'mail',
          name: 'cn',
          role: { byGroup: { 'cn=agents,ou=groups,dc=example,dc=org': 'agent' }, default: 'end-user' },
        },
        remove: { agents: 'downgrade', tickets: 'group' },
      },
      guard: { users: { share: '5%', min: 10 }, memberships: { min: 1_000_000 } },
    },
  })
  await stage.start('producer')
  await stage.cycle()
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.drained(300_000)
  const ids = await giveTickets(stage)
  for (let i = 0; i < LEAVERS; i++) await deleteEntry(stage.slapd, userDn(i))
  await stage.zendesk.forgetRequests()
  await stage.cycle()
  await stage.drained(60_000)
  const untouched = await requestsOf(stage)
  await promisify(execFile)(process.execPath, [CLI, '--config', stage.config, 'approve', 'staff', '--yes'])
  const from = performance.now()
  await stage.cycle()
  await stage.drained(20 * MINUTE_MS)
  const seconds = (performance.now() - from) / 1_000

  const requests = (await requestsOf(stage)).slice(untouched.length)
  const { users, tickets } = await stage.zendesk.call<State>('GET', '/sandbox/state')
  const gone = users.filter(({ suspended, role }) => suspended && role === 'end-user')
  const left = tickets.filter(({ assignee_id: id }) => id !== null).length
  const inOrder = ids.filter((one) => isInOrder(one, requests)).length
  const reading = whileReading(requests, ids)
  const perMinute = (reading.length / (reading.at(-1)!.at - reading[0]!.at)) * MINUTE_MS
  const refused = requests.filter(({ status }) => status === 429).length / requests.length
  const failed = await stage.failedJobs()
  const rows: (readonly [string, string])[] = [
    ['held at first: writes', String(untouched.filter(({ method }) => method !== 'GET').length)],
    ['suspended, and without a seat', `${gone.length} of ${LEAVERS}`],
    ['tickets, then seat and access, then sessions', `${inOrder} of ${LEAVERS}`],
    ['tickets that are somebody’s still, failed jobs', `${left}, ${failed}`],
    ['requests, of which a leaver', `${requests.length}, ${(requests.length / LEAVERS).toFixed(2)}`],
    ['from the approval to the last, s', seconds.toFixed(0)],
    ['requests a minute while leavers are read', perMinute.toFixed(0)],
    ['the limit less the reserve', String(LIMIT * (1 - RESERVE))],
    ['share of answers 429 (goal < 0.1 %)', `${(refused * 100).toFixed(2)} %`],
  ]
  const isRight = gone.length === LEAVERS && inOrder === LEAVERS && left === 0 && failed === 0
  return finding('many-leavers', {
    measured: perMinute,
    reference: LIMIT * (1 - RESERVE),
    goal: '>= 0.95',
    also: isRight && untouched.every(({ method }) => method === 'GET') && refused < 0.001,
    rows,
  })
}

interface Leaver {
  readonly id: number
  readonly tickets: readonly number[]
}

async function giveTickets({ zendesk }: Stage): Promise<Leaver[]> {
  const { users } = await zendesk.call<State>('GET', '/sandbox/state')
  const byEmail = new Map(users.map(({ id, email }) => [email, id]))
  const { memberships } = await zendesk.call<{ memberships: { user_id: number; group_id: number }[] }>(
    'GET',
    '/sandbox/state',
  )
  const groupOf = new Map(memberships.map((one) => [one.user_id, one.group_id]))
  const ids = Array.from({ length: LEAVERS }, (_one, i) => byEmail.get(`user${i}@example.org`)!)
  const tickets = ids.flatMap((id) =>
    Array.from({ length: TICKETS_EACH }, () => ({ status: 'open', assignee_id: id, group_id: groupOf.get(id)! })),
  )
  await zendesk.call('POST', '/sandbox/tickets', { tickets })
  const made = (await zendesk.call<State>('GET', '/sandbox/state')).tickets
  const ofUser = Map.groupBy(made, ({ assignee_id: id }) => id)
  return ids.map((id) => ({ id, tickets: (ofUser.get(id) ?? []).map((ticket) => ticket.id) }))
}

async function requestsOf({ zendesk }: Stage): Promise<Request[]> {
  const { requests } = await zendesk.call<{ requests: (Omit<Request, 'at'> & { at: string })[] }>(
    'GET',
    '/sandbox/requests',
  )
  return requests.filter(({ path }) => path.startsWith('/api/')).map((one) => ({ ...one, at: +new Date(one.at) }))
}

function isInOrder({ id, tickets }: Leaver, requests: readonly Request[]): boolean {
  const isOf = (one: Request, number: number) => listed(one).includes(number)
  const at = (method: string, path: RegExp, number: number) =>
    requests.findIndex((one) => one.method === method && path.test(one.path) && isOf(one, number))
  const moves = tickets.map((ticket) => at('PUT', /\/tickets\/update_many$/, ticket))
  const seat = at('PUT', /\/users\/(update_many|\d+)$/, id)
  const sessions = at('POST', /\/users\/logout_many$/, id)
  return tickets.length === TICKETS_EACH && moves.every((move) => move >= 0 && move < seat) && seat < sessions
}

/** Zendesk's ids that a request is about. */
function listed({ path, query, body }: Request): number[] {
  const { users = [] } = (body ?? {}) as { users?: { id: number }[] }
  const ofPath = /\/users\/(\d+)/.exec(path)?.[1]
  return [
    ...(query['ids'] ?? '').split(',').map(Number),
    ...users.map((user) => Number(user.id)),
    ...(ofPath === undefined ? [] : [Number(ofPath)]),
  ]
}

/** From the first read of a leaver to the last one before their seat is taken. */
function whileReading(requests: readonly Request[], leavers: readonly Leaver[]): Request[] {
  const ids = new Set(leavers.map(({ id }) => id))
  const isRead = (one: Request) => one.method === 'GET' && listed(one).some((id) => ids.has(id))
  return requests.slice(requests.findIndex(isRead), requests.findLastIndex(isRead) + 1)
}
