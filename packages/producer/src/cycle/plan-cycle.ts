import type { Redis } from 'ioredis'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { FirstPlan, FirstRun } from '@provisioner/shared/ledger/cycle-state.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { Directory } from '../directory/directory.ts'
import type { Mapping } from '../mapping/mapping.ts'
import type { Change, EntityPlan } from '../plan/change.ts'
import { guard } from '../plan/guard.ts'
import { causesOfAbsence } from './absence.ts'
import { auditGroups, NO_GROUP_AUDIT } from './audit-groups.ts'
import { auditUsers, NO_AUDIT } from './audit-users.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { readDirectory } from './directory-picture.ts'
import { findGroups } from './find-groups.ts'
import { findUsers } from './find-users.ts'
import { mergedUsers } from './gone-users.ts'
import { findAdmins, keepLastAdmin, losingAdmins } from './last-admin.ts'
import type { Names } from './names.ts'
import { planGroups } from './plan-groups.ts'
import { planMembersOf } from './members-of-cycle.ts'
import { planUsers, type UsersPlan } from './plan-users.ts'
import { claimedUsers, Owners } from './owners.ts'
import { shield } from './protection.ts'
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
  /** Ids of all connections that the configuration has. */
  readonly configured: readonly string[]
  /** Zendesk's id of the user whose credentials are used. */
  readonly apiUser: (signal: AbortSignal) => Promise<number | null>
}

/**
 * Reads the directory and what has to be known of Zendesk, and plans one cycle. Writes nothing, anywhere.
 *
 * @throws whatever keeps the scan from being complete, and Zendesk's errors: then there is no plan
 */
export async function planCycle(
  sources: PlanSources,
  {
    ignoreSeen,
    audit,
    now,
  }: { ignoreSeen: boolean; /** Look at everything in Zendesk. */ audit: boolean; now: number },
  signal: AbortSignal,
): Promise<CyclePlan> {
  const { connection, directory, zendesk, redis, reader, configured } = sources
  const picture = await readDirectory({ ...sources, ignoreSeen }, signal)
  const owners = new Owners({ redis, account: connection.account, connection: connection.id, configured })
  const users = await planUsers({
    picture,
    reader,
    ignoreSeen,
    policy: userPolicyOf(connection.users),
    emailReuse: connection.users.emailReuse,
    audit: audit ? await auditUsers(zendesk, reader, signal) : NO_AUDIT,
    find: (wanted) => findUsers(zendesk, wanted, connection.users.match, signal),
    merged: (wanted) => mergedUsers(zendesk, wanted, signal),
    ownersOf: (hits) => owners.ofUsers(hits, picture.present, now),
    causeOf: (absent) => causesOfAbsence(directory, absent, connection.users.remove, signal),
    claimed: (leavers) =>
      claimedUsers(redis, { account: connection.account, connection: connection.id, configured }, leavers, now),
  })
  let listed: ReturnType<typeof zendesk.groups.list> | undefined
  const listGroups = () => (listed ??= zendesk.groups.list({ signal }))
  const lastAudit = audit ? -Infinity : await reader.lastAudit()
  const auditDue = connection.groups !== undefined && now - lastAudit >= connection.groups.membershipAudit
  const groups = await planGroups({
    picture,
    reader,
    policy: {
      actions: connection.groups?.actions ?? { create: false, rename: false },
      remove: connection.groups?.remove ?? 'ignore',
    },
    audit: audit || auditDue ? await auditGroups(zendesk, listGroups, reader, signal) : NO_GROUP_AUDIT,
    find: async () => findGroups(await listGroups(), redis, { account: connection.account, owners, now }),
    stillThere: async (record) => (await directory.read(record.dn, [], signal))?.id === record.id,
  })
  const shieldedUsers = await shieldUsers(sources, users, signal)
  const plans = [...shieldedUsers.values(), ...groups.plans.values()]
  const { members, audited } = await planMembersOf(
    sources,
    picture,
    { ...users, plans: shieldedUsers },
    groups,
    auditDue,
    signal,
  )

  const memberPlans: EntityPlan[] = [
    ...members.links.map((link) => ({ link, problems: [] })),
    ...(connection.groups?.actions.memberships === false
      ? []
      : members.changes.map((change) => ({ change, problems: [] }))),
  ]
  const firstRun = await reader.firstRun()
  const decisions = await reader.decisions()
  const guarded = guard({
    plans: [...plans, ...memberPlans],
    limits: connection.guard,
    known: {
      users: Math.max(users.known, linkCount(plans, 'user')),
      groups: Math.max(groups.known, linkCount(plans, 'group')),
      memberships: Math.max(members.known, members.links.length),
    },
    used: await reader.countedWithin(connection.guard.window),
    held: await reader.held(),
    decisions,
    approvedFirst: coveredByFirstPlan(firstRun, connection.firstRun),
    subjectOf: (id) => {
      const { applied } = users.heldOf(id)
      return { applied, privileged: applied['role'] === 'admin' }
    },
    now,
  })
  const heldIds = new Set(guarded.held.map((held) => held.key.split('|')[1]))
  const answered = new Map(
    [...users.prints].filter(([id]) => !heldIds.has(id) && users.plans.get(id) === shieldedUsers.get(id)),
  )
  return {
    links: [...users.links, ...groups.links, ...guarded.links],
    released: inOrder(guarded.released),
    held: guarded.held,
    counted: guarded.counted,
    switchedOff: {
      ...countBy(
        [
          ...plans.flatMap((plan) => (plan.switchedOff ? [plan.switchedOff] : [])),
          ...Array.from({ length: users.ignored }, () => 'suspend user' as const),
        ],
        (operation) => operation,
      ),
      ...(connection.groups?.actions.memberships === false && countBy(members.changes, (change) => change.operation)),
    },
    problems: [...picture.problems, ...groups.problems, ...members.problems, ...plans.flatMap((plan) => plan.problems)],
    answered,
    unanswered: [...users.plans.keys()].filter((id) => !answered.has(id)),
    claims: users.claims,
    guarded: guarded.asked,
    measures: guarded.measures,
    decided: guarded.decided,
    decisions,
    audited,
    totals: { users: picture.present.size, groups: picture.groups.length, memberships: members.wanted },
  }
}

/** The plans without what protected users and the last admin would lose. Whose credentials we use is asked only when somebody loses anything. */
async function shieldUsers(
  { protect, apiUser, connection, zendesk, redis }: PlanSources,
  { plans, heldOf }: UsersPlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, EntityPlan>> {
  const loses = [...plans.values()].some((plan) => plan.change?.removal)
  const protection = { patterns: protect, apiUserId: loses ? await apiUser(signal) : null }
  const shielded = new Map([...plans].map(([id, plan]) => [id, shield(plan, heldOf(id), protection)] as const))
  if (losingAdmins(shielded, heldOf).length === 0) return shielded
  return keepLastAdmin(shielded, heldOf, await findAdmins({ zendesk, redis, account: connection.account }, signal))
}

/**
 * How many of a category the first plan covers: those that an admin approved with it. One that nobody is asked about
 * (`firstRun: apply`) gives what the mapping says, and takes no more away than any other plan.
 */
function coveredByFirstPlan(
  { status, plan }: { readonly status: FirstRun; readonly plan: FirstPlan | undefined },
  policy: 'approve' | 'apply',
): (category: GuardCategory) => number {
  if (status === 'approved') return (category) => plan?.guarded[category] ?? 0
  const applies = status === 'new' && policy === 'apply'
  return (category) => (applies && /^(promotions|creations|updates:)/.test(category) ? Infinity : 0)
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
