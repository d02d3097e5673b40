import type { SandboxOptions } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import type { SandboxView } from './sandbox-view.ts'
import type { Stage } from './stage.ts'

/** What becomes of whoever leaves: `users.remove.agents`, or a deletion. */
export const OPTIONS = ['suspend', 'downgrade', 'light-agent', 'delete'] as const
type Option = (typeof OPTIONS)[number]

/** Why somebody leaves, as `users.remove` has it. */
export const CAUSES = ['disabled', 'deleted', 'outOfScope'] as const
export type Cause = (typeof CAUSES)[number]

const SUFFIX = 'dc=example,dc=org'
const GROUPS = ['zd-a', 'zd-b', 'zd-c']
const HEIR = 'heir'
const OPEN = ['new', 'open', 'pending', 'hold']
const BRANDS = [11, 12]
const LIGHT_AGENT = 72

/** As Zendesk's API answers, and with its pace of job statuses; the search knows the heir, who has long been there. */
export const WHOLE_SANDBOX: SandboxOptions = {
  plan: 'enterprise',
  bulkImport: true,
  answerDelayMs: 100,
  searchLagMs: 0,
  before: {
    brands: [
      { id: 11, name: 'Acme', subdomain: 'acme', default: true },
      { id: 12, name: 'Globex', subdomain: 'globex' },
      { id: 13, name: 'Initech', subdomain: 'initech' },
    ],
    customRoles: [
      { id: 71, name: 'Night shift', role_type: 0 },
      { id: LIGHT_AGENT, name: 'Light agent', role_type: 1 },
    ],
  },
}

/** Parts of the connection under which leavers become what the option says, and their tickets the heir's. */
export function wholeConnection(option: Option): object {
  const all = option === 'delete' ? 'delete' : 'suspend'
  const agents = option === 'delete' ? 'suspend' : option
  return {
    users: {
      locations: [{ base: `ou=people,${SUFFIX}`, filter: '(objectClass=inetOrgPerson)' }],
      map: {
        email: 'mail',
        name: 'cn',
        role: { byGroup: { [`cn=agents,ou=groups,${SUFFIX}`]: 'agent' }, default: 'end-user' },
      },
      remove: {
        ...{ disabled: all, deleted: all, outOfScope: all, agents },
        ...{ tickets: `user:${HEIR}@example.org`, ticketTag: 'handed_over' },
      },
    },
  }
}

/** The agents, and the heir, who is in the first two of the three groups. */
export function wholeLdif(agents: readonly string[]): string {
  const unit = (ou: string) => `dn: ou=${ou},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${ou}\n`
  const person = (uid: string) =>
    `dn: uid=${uid},ou=people,${SUFFIX}\nobjectClass: inetOrgPerson\nobjectClass: worker\nuid: ${uid}\ncn: ${uid}\n` +
    `sn: ${uid}\nmail: ${uid}@example.org\n`
  const group = (cn: string, members: readonly string[]) =>
    `dn: cn=${cn},ou=groups,${SUFFIX}\nobjectClass: groupOfNames\ncn: ${cn}\n` +
    members.map((uid) => `member: uid=${uid},ou=people,${SUFFIX}\n`).join('')
  const everybody = [...agents, HEIR]
  return [
    ...['people', 'groups', 'left'].map(unit),
    ...everybody.map(person),
    group('agents', everybody),
    ...GROUPS.map((cn) => group(cn, cn === GROUPS.at(-1) ? agents : everybody)),
  ].join('\n')
}

/** An agent as they were, and what was theirs. */
interface Agent {
  readonly id: number
  readonly heir: number
  readonly tickets: ReadonlySet<number>
  readonly groups: ReadonlyMap<number, string>
}

interface State {
  readonly users: readonly { id: number; email: string }[]
  readonly groups: readonly { id: number; name: string }[]
  readonly memberships: readonly { user_id: number; group_id: number }[]
  readonly tickets: readonly { id: number; assignee_id: number | null; group_id: number }[]
}

/** Gives an agent twelve open tickets, four in each of three groups, two brands, a custom role, and a session. */
export async function makeAgent({ zendesk }: Stage, uid: string): Promise<Agent> {
  const { users, groups } = await zendesk.call<State>('GET', '/sandbox/state')
  const idOf = (one: string) => users.find(({ email }) => email === `${one}@example.org`)!.id
  const [id, heir] = [idOf(uid), idOf(HEIR)]
  const managed = groups.filter(({ name }) => GROUPS.includes(name))
  const change = { user: { custom_role_id: 71, agent_brand_ids: BRANDS } }
  await see(zendesk, `/api/v2/users/${id}`, { method: 'PUT', body: JSON.stringify(change) })
  await zendesk.call('POST', '/sandbox/sign-in', { user_id: id })
  const tickets = managed.flatMap((group) => OPEN.map((status) => ({ status, group_id: group.id, assignee_id: id })))
  await zendesk.call('POST', '/sandbox/tickets', { tickets })
  const made = (await zendesk.call<State>('GET', '/sandbox/state')).tickets
  return {
    ...{ id, heir, groups: new Map(managed.map((group) => [group.id, group.name])) },
    tickets: new Set(made.flatMap((ticket) => (ticket.assignee_id === id ? [ticket.id] : []))),
  }
}

/** What Zendesk shows of somebody who leaves. */
interface Shown {
  /** Undefined when they are deleted. */
  readonly user: { role: string; suspended: boolean; custom_role_id: number | null } | undefined
  readonly brands: number
  /** Of the groups that the directory manages, how many they are in. */
  readonly groups: number
  readonly sessions: number
  /** Whether each ticket is the heir's, or nobody's in the group that the heir is not in. */
  readonly handedOver: boolean
}

/** Looks as the sandbox's observer, which takes nothing from the limit. */
export async function lookAt({ zendesk }: Stage, { id, heir, tickets, groups }: Agent): Promise<Shown> {
  const state = await zendesk.call<State>('GET', '/sandbox/state')
  const { user } = await see<{ user?: Shown['user'] & { active: boolean } }>(zendesk, `/api/v2/users/${id}`)
  const { brand_agents: brands = [] } = await see<{ brand_agents?: object[] }>(
    zendesk,
    `/api/v2/users/${id}/brand_agents`,
  )
  const { count = 0 } = await see<{ count?: number }>(zendesk, `/api/v2/users/${id}/sessions`)
  const theirs = state.tickets.filter((ticket) => tickets.has(ticket.id))
  return {
    user: user?.active === false ? undefined : user,
    ...{ brands: brands.length, sessions: count },
    groups: state.memberships.filter((one) => one.user_id === id && groups.has(one.group_id)).length,
    handedOver: theirs.every((one) => one.assignee_id === (groups.get(one.group_id) === GROUPS.at(-1) ? null : heir)),
  }
}

/** Whether Zendesk shows of a leaver what it is to show. */
export function rightAfter(
  option: Option,
  cause: Cause,
  { user, brands, groups, sessions, handedOver }: Shown,
): boolean {
  if (!handedOver) return false
  if (option === 'delete') return user === undefined
  if (!user?.suspended || sessions > 0) return false
  if (option === 'downgrade') return user.role === 'end-user' && brands === 0 && groups === 0
  // a disabled entry that its groups still name stays a member
  const isInGroups = groups === (cause === 'disabled' ? GROUPS.length : 0)
  const isRole = option === 'suspend' ? user.custom_role_id === 71 : user.custom_role_id === LIGHT_AGENT
  return isRole && user.role === 'agent' && brands === BRANDS.length && isInGroups
}

async function see<T>({ url, headers }: SandboxView, path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${url}${path}`, { ...init, headers: { ...headers, 'x-test': 'view' } })
  return (await response.json()) as T
}
