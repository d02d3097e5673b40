import type { Redis } from 'ioredis'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { Directory } from '../directory/directory.ts'
import type { Mapping } from '../mapping/mapping.ts'
import type { Change, EntityPlan } from '../plan/change.ts'
import { guard } from '../plan/guard.ts'
import { causesOfAbsence } from './absence.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { readDirectory, type DirectoryPicture } from './directory-picture.ts'
import { findGroups } from './find-groups.ts'
import { findMemberships } from './find-memberships.ts'
import { findUsers } from './find-users.ts'
import type { Names } from './names.ts'
import { planGroups, type GroupsPlan } from './plan-groups.ts'
import { planMembers, type MembersPlan } from './plan-members.ts'
import { keptTeamMembers, planUsers, type UsersPlan } from './plan-users.ts'
import { isProtected } from './protection.ts'
import { userPolicyOf } from './user-policy.ts'

/** What planning reads from. It writes to none of them. */
export interface PlanSources {
  readonly connection: ConnectionConfig
  readonly protect: readonly string[]
  readonly directory: Directory
  readonly zendesk: ZendeskClient
  readonly redis: Redis
  readonly reader: LedgerReader
  readonly mapping: Mapping
  readonly names: Names
}

/**
 * Reads the directory and what has to be known of Zendesk, and plans one cycle. Writes nothing, anywhere.
 *
 * @throws whatever keeps the scan from being complete, and Zendesk's errors: then there is no plan
 */
export async function planCycle(
  sources: PlanSources,
  { ignoreSeen, audit, now }: { ignoreSeen: boolean; audit: boolean; now: number },
  signal: AbortSignal,
): Promise<CyclePlan> {
  const { connection, directory, zendesk, redis, reader } = sources
  const picture = await readDirectory({ ...sources, ignoreSeen }, signal)
  const users = await planUsers({
    picture,
    reader,
    ignoreSeen,
    policy: userPolicyOf(connection.users),
    find: (wanted) => findUsers(zendesk, wanted, connection.users.match, signal),
    causeOf: (absent) => causesOfAbsence(directory, absent, connection.users.remove, signal),
  })
  const groups = await planGroups({
    picture,
    reader,
    policy: {
      actions: connection.groups?.actions ?? { create: false, rename: false },
      remove: connection.groups?.remove ?? 'ignore',
    },
    find: () => findGroups(zendesk, redis, connection.account, signal),
    stillThere: async (record) => (await directory.read(record.dn, [], signal))?.id === record.id,
  })
  const { members, audited } = await membersPlan(sources, picture, users, groups, audit ? Infinity : now, signal)

  const plans = [...users.plans.values(), ...groups.plans.values()]
  const shielded = plans.map((plan) => shield(plan, users, sources.protect))
  const changes = [
    ...shielded.flatMap((plan) => (plan.change ? [plan.change] : [])),
    ...(connection.groups?.actions.memberships === false ? [] : members.changes),
  ]
  const firstRun = await reader.firstRun()
  const guarded = guard({
    changes,
    limits: connection.guard,
    known: {
      users: Math.max(users.known, linkCount(shielded, 'user')),
      groups: Math.max(groups.known, linkCount(shielded, 'group')),
      memberships: Math.max(members.known, members.links.length),
    },
    used: await reader.removalsWithin(connection.guard.window),
    held: await reader.held(),
    approvedFirst: firstRun.status === 'approved' ? (firstRun.plan?.removals ?? {}) : {},
    appliedOf: users.appliedOf,
    now,
  })
  const heldIds = new Set(guarded.held.map((held) => held.key.split('|')[1]))
  const answered = new Map(
    [...users.prints].filter(([id]) => !heldIds.has(id) && !isShielded(users.plans.get(id), shielded)),
  )
  return {
    links: [...shielded.flatMap((plan) => (plan.link ? [plan.link] : [])), ...members.links],
    released: inOrder(guarded.released),
    held: guarded.held,
    counted: guarded.counted,
    switchedOff: {
      ...countBy(
        shielded.flatMap((plan) => (plan.switchedOff ? [plan.switchedOff] : [])),
        (operation) => operation,
      ),
      ...(connection.groups?.actions.memberships === false && countBy(members.changes, (change) => change.operation)),
    },
    problems: [
      ...picture.problems,
      ...groups.problems,
      ...members.problems,
      ...shielded.flatMap((plan) => plan.problems),
    ],
    answered,
    removals: countBy(
      changes.flatMap((c) => [...(c.removal ? [c.removal.category] : []), ...c.cleared.map((n) => `clearings:${n}`)]),
      (c) => c,
    ),
    forgotten: [],
    audited,
    totals: { users: picture.present.size, groups: picture.groups.length, memberships: members.wanted },
  }
}

async function membersPlan(
  { connection, zendesk, redis, reader }: PlanSources,
  picture: DirectoryPicture,
  users: UsersPlan,
  groups: GroupsPlan,
  now: number,
  signal: AbortSignal,
): Promise<{ members: MembersPlan; audited: boolean }> {
  const links = [...users.plans.values(), ...groups.plans.values()].flatMap((plan) => (plan.link ? [plan.link] : []))
  const zendeskGroups = new Map(
    groups.active.flatMap((group) => (group.zendeskId === null ? [] : [[group.zendeskId, group.id] as const])),
  )
  const due = connection.groups !== undefined && now - (await reader.lastAudit()) >= connection.groups.membershipAudit
  const adopting = links.some((link) => link.kind === 'group')
  const found =
    zendeskGroups.size > 0 && (due || adopting)
      ? await findMemberships(
          { zendesk, redis, account: connection.account, connection: connection.id },
          zendeskGroups,
          new Map(
            links.flatMap((link) =>
              link.kind === 'user' && link.zendeskId !== null ? [[link.zendeskId, link.id] as const] : [],
            ),
          ),
          signal,
        )
      : undefined

  const doubtful = new Set(
    [...picture.members.values()].flatMap((ids) => [...ids]).filter((id) => !picture.team.has(id)),
  )
  const kept = await keptTeamMembers(reader, [...doubtful])
  const team = new Set([...picture.team, ...kept, ...users.keptTeam])
  for (const [id, plan] of users.plans) {
    const role = (plan.change?.desired as { attributes?: { role?: unknown } } | undefined)?.attributes?.role
    if (typeof role === 'string' && !isTeamRole(role)) team.delete(id)
  }
  const leaving = await leavingMemberships(reader)
  const names = await nameIndex(reader, picture)
  const members = await planMembers({ picture, users, groups, reader, leaving, team, found, nameOf: names })
  return { members, audited: found !== undefined }
}

/** Memberships whose removal is released and not applied. */
async function leavingMemberships(reader: LedgerReader): Promise<Set<string>> {
  const ids = (await reader.pending())
    .map(parseEntityMember)
    .flatMap(({ kind, id }) => (kind === 'membership' ? [id] : []))
  const records = await reader.records<MembershipRecord>('membership', ids)
  return new Set(records.flatMap((record) => (record?.desired?.presence === 'deleted' ? [record.id] : [])))
}

async function nameIndex(reader: LedgerReader, picture: DirectoryPicture): Promise<(id: string) => string> {
  const ids = [...new Set([...picture.members.values()].flatMap((members) => [...members]))].filter(
    (id) => !picture.candidates.has(id),
  )
  const records = await reader.records('user', ids)
  const labels = new Map(records.flatMap((record) => (record ? [[record.id, record.label] as const] : [])))
  return (id) => picture.candidates.get(id)?.email ?? labels.get(id) ?? id
}

/** Takes the removal out of a plan for a protected user. */
function shield(plan: EntityPlan, users: UsersPlan, protect: readonly string[]): EntityPlan {
  const change = plan.change
  if (!change?.removal || change.kind !== 'user') return plan
  const email = String(users.appliedOf(change.id)['email'] ?? change.label)
  if (!isProtected(email, protect)) return plan
  const { change: _removed, ...rest } = plan
  const problem = {
    code: 'USER_PROTECTED',
    subject: 'user' as const,
    id: change.id,
    dn: change.dn,
    what: `'${email}' is protected (accounts.*.protect) and stays as it is: ${change.operation}, ${change.removal.cause}`,
    todo: 'Nothing, if this is meant; else take the pattern out of accounts.*.protect',
  }
  return { ...rest, problems: [...plan.problems, problem] }
}

function isShielded(plan: EntityPlan | undefined, shielded: readonly EntityPlan[]): boolean {
  return plan !== undefined && !shielded.includes(plan)
}

function linkCount(plans: readonly EntityPlan[], kind: string): number {
  return plans.filter((plan) => plan.link?.kind === kind).length
}

const ORDER = [
  'suspend user',
  'delete user',
  'remove member',
  'create group',
  'rename group',
  'restore user',
  'update user',
  'create user',
  'add member',
  'delete group',
]

/** Leavers first of all; groups before the members that wait for them; a group goes when its members are elsewhere. */
function inOrder(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => ORDER.indexOf(a.operation) - ORDER.indexOf(b.operation))
}
