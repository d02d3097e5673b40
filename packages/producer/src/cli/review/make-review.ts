import { configPrint } from '@provisioner/shared/config/config-print.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import { isAdminRole, isLightAgentRole } from '@provisioner/zendesk/roles.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import manifest from '../../../package.json' with { type: 'json' }
import { countBy } from '../../cycle/cycle-plan.ts'
import type { CliSession } from '../session.ts'
import { judgeMember } from './judge-member.ts'
import { readEntries, type EntriesOfTeam, type EntryOfMember } from './read-entries.ts'
import { readTeam, type Team } from './read-team.ts'
import {
  FINDING_CODES,
  MASKED,
  type Finding,
  type Review,
  type ReviewedConnection,
  type TeamMember,
} from './review-file.ts'

const DAY_MS = 24 * 60 * 60_000

/** `role_type` of contributors, who take no seat either (`UserObject` of Zendesk's OpenAPI file). */
const CONTRIBUTOR = 3

/**
 * Reviews who is in an account's team, and why. Asks Zendesk and the directories, and writes nothing.
 *
 * @param idleMs how long a seat may be unused
 * @throws ZendeskError where the team can't be read, or a list that a mapping names
 */
export async function makeReview(
  session: CliSession,
  account: string,
  { idleMs, now }: { idleMs: number; now: number },
  signal: AbortSignal,
): Promise<Review> {
  const config = await session.whole()
  const connections = config.connections.filter((one) => one.account === account)
  const sources = await Promise.all(connections.map(({ id }) => session.sources(id)))
  const { zendesk, protection, apiUser } = sources[0]!
  await apiUser.ask(signal)
  const apiUserId = await apiUser.known()
  const team = await readTeam(zendesk, signal)
  const ids = team.users.map(({ id }) => id)
  const owners = await readOwners(session.redis, { account, kind: 'user' }, ids)
  const protectedIds = await protection.ofIds(ids)
  const free = team.users.filter((_user, i) => owners[i] === null)

  const read = new Map<string, EntriesOfTeam>()
  for (const one of sources) {
    const { id } = one.connection
    const ofConnection = team.users.flatMap((user, i) =>
      owners[i]?.connection === id ? [[user.id, owners[i].id] as const] : [],
    )
    read.set(id, await readEntries(one, team.users, { linked: new Map(ofConnection), free }, signal))
  }
  const all = [...read.values()]
  const managed = new Map(all.flatMap((one) => [...one.managed]))
  const isWhole = all.every(({ directory }) => directory.readWhole)

  const members: TeamMember[] = []
  const findings: Finding[] = []
  for (const [i, user] of team.users.entries()) {
    const owner = owners[i]
    const entry =
      owner == null
        ? all.map(({ entries }) => entries.get(user.id)).find(Boolean)
        : read.get(owner.connection)?.entries.get(user.id)
    const member = memberOf(user, { entry, owner: owner ?? null, isWhole, team })
    const whole = {
      ...member,
      protectedBy: protectedIds.get(user.id) ?? protection.byAddress(user.email) ?? null,
      apiUser: user.id === apiUserId,
    }
    members.push(whole)
    findings.push(...judgeMember({ user, member: whole, entry, team, managed, idleMs, now }))
  }
  members.sort((a, b) => byText(a.email ?? a.name ?? '', b.email ?? b.name ?? '') || a.zendeskId - b.zendeskId)
  findings.sort((a, b) => FINDING_CODES.indexOf(a.code) - FINDING_CODES.indexOf(b.code) || byText(a.who, b.who))
  const reviewed = connections.map(async (connection): Promise<ReviewedConnection> => {
    const last = await new LedgerReader(session.redis, connectionName(connection)).lastCycle()
    return {
      connection: connection.id,
      configuration: configPrint(config, connection),
      directory: read.get(connection.id)!.directory,
      lastCycle: last ? { startedAt: iso(last.startedAt), endedAt: iso(last.endedAt) } : null,
    }
  })
  return {
    accessReviewOf: account,
    url: config.accounts[account]!.url,
    at: iso(now),
    version: manifest.version,
    idleDays: idleMs / DAY_MS,
    connections: await Promise.all(reviewed),
    notRead: [...team.notRead],
    counts: {
      members: members.length,
      admins: members.filter(({ role }) => role === 'admin').length,
      agents: members.filter(({ role }) => role === 'agent').length,
      suspended: members.filter(({ suspended }) => suspended).length,
      seats: members.filter(({ seat }) => seat).length,
      findings: countBy(findings, ({ code }) => code),
    },
    members,
    findings,
  }
}

function memberOf(
  user: User,
  {
    entry,
    owner,
    isWhole,
    team,
  }: {
    entry: EntryOfMember | undefined
    owner: { readonly connection: string; readonly id: string } | null
    isWhole: boolean
    team: Team
  },
): Omit<TeamMember, 'protectedBy' | 'apiUser'> {
  const unlessMasked = <T>(names: readonly string[], value: T, masked: T): T =>
    names.some((name) => entry?.masked.has(name)) ? masked : value
  const custom = user.custom_role_id
  const customRole = custom == null || isAdmin(user) ? null : (team.customRoles?.get(custom) ?? `custom role ${custom}`)
  const names = (
    of: ReadonlyMap<number, ReadonlySet<number>> | undefined,
    all: ReadonlyMap<number, string> | undefined,
  ) => (of === undefined ? null : [...(of.get(user.id) ?? [])].map((id) => all?.get(id) ?? String(id)).sort(byText))
  const isElsewhere = owner !== null && entry === undefined
  const unknown = isElsewhere || (owner === null && entry === undefined && !isWhole)
  return {
    zendeskId: user.id,
    name: unlessMasked(['name'], user.name ?? null, MASKED),
    email: unlessMasked(['email'], user.email ?? null, MASKED),
    role: user.role as TeamMember['role'],
    customRole: unlessMasked(['custom_role'], customRole, customRole && MASKED),
    seat: takesSeat(user),
    suspended: user.suspended === true,
    lastSignIn: user.last_login_at ?? null,
    createdAt: user.created_at ?? null,
    groups: names(team.groupsOf, team.groups),
    brands: unlessMasked(['brands'], names(team.brandsOf, team.brands), [MASKED]),
    entry: entry?.entry ?? (unknown ? 'unknown' : 'none'),
    connection: entry?.connection ?? owner?.connection ?? null,
    dn: entry?.dn ?? null,
    directoryId: entry?.id ?? owner?.id ?? null,
    why: entry?.why ?? whyWithout(owner, unknown),
  }
}

function whyWithout(owner: { readonly connection: string } | null, unknown: boolean): string {
  if (owner) return `nobody knows: this configuration has no connection '${owner.connection}', which has them`
  return unknown ? 'nobody knows: a directory was not read' : 'no entry has them: the role was given in Zendesk'
}

function isAdmin(user: User): boolean {
  return user.role === 'admin' || isAdminRole(user)
}

/** Light agents and contributors have no seat; suspended agents keep theirs (article 4408888690842). */
function takesSeat(user: User): boolean {
  return user.role === 'admin' || !(isLightAgentRole(user) || user.role_type === CONTRIBUTOR)
}

function byText(a: string, b: string): number {
  return a.localeCompare(b)
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
