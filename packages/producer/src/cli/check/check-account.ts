import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ticketsWay } from '@provisioner/shared/config/leavers-tickets.ts'
import { apiTokenEnd } from '@provisioner/zendesk/api-token-end.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { LookedAtAccount } from '@provisioner/zendesk/open-to-look.ts'
import type { CurrentUser } from '@provisioner/zendesk/users.ts'
import { listUnread, unlessWithheld, type WithheldList } from '../../cycle/withheld-lists.ts'
import type { Names } from '../../cycle/names.ts'
import { namesOf } from './check-names.ts'
import { ofProblem, type Finding } from './finding.ts'
import type { Look } from './gather.ts'
import { mailsOf } from './mails.ts'
import { roleOf, scopesOf, signInFault } from './sign-in.ts'

/** What was learned of an account, for who looks at its connections. */
export interface KnownAccount {
  /** Whose the credentials are. */
  readonly user: CurrentUser & { readonly id: number }
  /** Names of the groups in Zendesk that this user is in; undefined where they are not shown. */
  readonly groups: ReadonlySet<string> | undefined
  /** By connection; without those whose lists could not be read. */
  readonly names: ReadonlyMap<string, Names>
}

interface Asked {
  readonly id: string
  readonly config: AccountConfig
  readonly connections: readonly ConnectionConfig[]
}

/**
 * Looks at an account by reading from it: who signs in and what they may do, what the account grants, and whether it
 * has what the mappings name.
 *
 * @param learn told what was learned, as soon as it is
 */
export function lookAtAccount(account: LookedAtAccount, asked: Asked, learn: (known: KnownAccount) => void): Look {
  return async (signal, tell) => {
    const { id, config, connections } = asked
    const { client } = account
    let user: CurrentUser
    try {
      const signedIn = await account.signIn()
      user = await client.users.me({ signal })
      tell(...whoSignsIn(id, config, user), ...scopesOf(id, signedIn))
    } catch (error) {
      const fault = signInFault(id, config, error)
      if (fault === undefined) throw error
      return tell(fault)
    }
    if (config.auth.apiToken !== undefined) tell(ofProblem('warning', 'API token', apiTokenEnd(id)))
    if (user.id === null) return
    const limit = account.limit()
    if (limit !== undefined) tell(limitOf(limit, config))
    tell(...(await rights(client, asked, user.id, signal)))
    const groups = connections.some((one) => one.groups) ? await groupsOf(client, user.id, signal) : undefined
    const names = new Map<string, Names>()
    for (const connection of connections) {
      const named = (about: string) => (connections.length > 1 ? `${connection.id}: ${about}` : about)
      const { findings, found } = await namesOf(client, connection, signal)
      if (found) names.set(connection.id, found)
      tell(...findings.map((one) => ({ ...one, about: named(one.about) })), mailsOf(connection, named('mails')))
    }
    tell(...UNTOLD)
    learn({ user: { ...user, id: user.id }, groups, names })
  }
}

/** What no GET tells, and what comes of it. */
const UNTOLD: readonly Finding[] = [
  {
    level: 'unknown',
    about: 'bulk import',
    what:
      "It can't be told without writing whether Zendesk takes users in bulk. " +
      'Where it does not, they are created one by one, and BULK_IMPORT_OFF says so',
    todo: 'Ask Zendesk Support to enable bulk user import, if nobody has',
  },
]

function whoSignsIn(id: string, { auth }: AccountConfig, user: CurrentUser): Finding[] {
  const { name, email } = user
  const by = auth.clientId === undefined ? 'an API token' : `the OAuth client '${auth.clientId}'`
  if (user.id === null)
    return [
      {
        level: 'failed',
        about: 'sign-in',
        what: `Zendesk takes the credentials of account '${id}' for nobody's`,
        todo: `Correct accounts.${id}.auth, and look for a proxy that takes the header Authorization away`,
        code: 'ZENDESK_UNAUTHENTICATED',
      },
    ]
  return [
    { level: 'ok', about: 'sign-in', what: `By ${by}, as ${name ?? user.id} <${email ?? 'no address'}>` },
    roleOf(user),
  ]
}

/** https://developer.zendesk.com/api-reference/introduction/rate-limits/ */
const PLANS: Readonly<Record<number, string>> = {
  200: 'Team',
  400: 'Growth and Professional',
  700: 'Enterprise',
  2_500: 'Enterprise Plus, and the High Volume API add-on',
}

function limitOf(limit: number, { reserve }: AccountConfig): Finding {
  const plan = PLANS[limit] === undefined ? '' : `, as on ${PLANS[limit]}`
  const ours = Math.floor(limit * (1 - reserve))
  return { level: 'ok', about: 'limit', what: `${limit} requests a minute${plan}; ${ours} of them for the provisioner` }
}

/** Reads a little of every list that the configuration needs. */
async function rights(client: ZendeskClient, asked: Asked, userId: number, signal: AbortSignal): Promise<Finding[]> {
  const { connections } = asked
  const handsOver = connections.some(({ users }) => ticketsWay(users.remove.tickets).to !== 'leave')
  const lists: readonly (readonly [
    name: string,
    list: WithheldList | 'users' | 'tickets',
    read: () => Promise<unknown>,
  ])[] = [
    ['users', 'users', () => client.users.list({ signal }).next()],
    ['administrators', 'admins', () => client.users.activeAdmins({ signal })],
    ...(connections.some(({ groups }) => groups)
      ? ([
          ['groups', 'groups', () => client.groups.list({ signal })],
          ['group memberships', 'memberships', () => client.memberships.list({ signal }).next()],
        ] as const)
      : []),
    ...(handsOver ? ([['tickets', 'tickets', () => client.tickets.openOf(userId, { signal })]] as const) : []),
  ]
  const findings: Finding[] = []
  const readable: string[] = []
  for (const [name, list, read] of lists) {
    const answer = await unlessWithheld(read)
    if ('value' in answer) readable.push(name)
    else if (list === 'users' || list === 'tickets') findings.push(withheld(name, answer.withheld))
    else findings.push(ofProblem('failed', 'rights', listUnread(asked.id, list, answer.withheld)))
  }
  if (readable.length > 0) findings.unshift({ level: 'ok', about: 'rights', what: `May read ${readable.join(', ')}` })
  return findings
}

function withheld(name: string, why: string): Finding {
  const what =
    name === 'users'
      ? `Zendesk does not let us read users (${why}): no cycle can look at anybody`
      : `Zendesk does not let us read tickets (${why}): those of leavers stay where they are, whatever users.remove.tickets says`
  return {
    level: 'failed',
    about: 'rights',
    what,
    todo: `Give the API's user, and the OAuth client, the right to read ${name}`,
    code: 'ZENDESK_FORBIDDEN',
  }
}

/** Names of the groups that a user is in. */
async function groupsOf(
  client: ZendeskClient,
  userId: number,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const read = await unlessWithheld(async () => {
    const ids = new Set((await client.memberships.ofUser(userId, { signal })).map((one) => one.group_id))
    return (await client.groups.list({ signal })).flatMap(({ id, name }) => (ids.has(id) ? [name.toLowerCase()] : []))
  })
  return 'value' in read ? new Set(read.value) : undefined
}
