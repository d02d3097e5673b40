import type { Redis } from 'ioredis'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { FirstPlan, FirstRun } from '@provisioner/shared/ledger/cycle-state.ts'
import type { GuardCategory } from '@provisioner/shared/ledger/held-change.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
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
import { currentAdmins } from './current-admins.ts'
import { findGroups } from './find-groups.ts'
import { findUsers } from './find-users.ts'
import type { Names } from './names.ts'
import { planGroups } from './plan-groups.ts'
import { planMembersOf } from './members-of-cycle.ts'
import { planUsers, type UsersPlan } from './plan-users.ts'
import { claimedUsers, Owners } from './owners.ts'
import { findProtected, protectedMembers } from './find-protected.ts'
import { shield, shieldMembers } from './protection.ts'
import { judgeTakeovers } from './takeovers.ts'
import { userPolicyOf } from './user-policy.ts'

/** What planning reads from. It writes to none of them. */
export interface PlanSources {
  readonly connection: ConnectionConfig
  readonly protection: ProtectedUsers
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
  const { protection } = sources
  const found = await findProtected(zendesk, protection, now, signal)
  const known = new Map([...(await protection.all()), ...found.users])
  const followed = new Map(found.users)
  let listed: ReturnType<typeof zendesk.groups.list> | undefined
  const listGroups = () => (listed ??= zendesk.groups.list({ signal }))
  const held = await reader.held()
  const owners = new Owners({ redis, account: connection.account, connection: connection.id, configured })
  const users = await planUsers({
    picture,
    reader,
    ignoreSeen,
    policy: userPolicyOf(connection.users),
    emailReuse: connection.users.emailReuse,
    audit: audit ? await auditUsers(zendesk, reader, signal) : NO_AUDIT,
    find: (wanted) => findUsers(zendesk, wanted, connection.users.match, signal),
    ownersOf: (hits) => owners.ofUsers(hits, picture.present, now),
    takeoversOf: (hits) => judgeTakeovers(hits, { ...sources, known, followed, listGroups, held }, signal),
    causeOf: (absent) => causesOfAbsence(directory, absent, connection.users.remove, signal),
    claimed: (leavers) =>
      claimedUsers(redis, { account: connection.account, connection: connection.id, configured }, leavers, now),
  })
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
  const shieldedUsers = await shieldUsers(sources, users, { known, followed }, signal)
  const plans = [...shieldedUsers.values(), ...groups.plans.values()]
  const { members, audited } = await planMembersOf(
    sources,
    picture,
    { ...users, plans: shieldedUsers },
    groups,
    auditDue,
    signal,
  )

  const shielded = shieldMembers(
    members.changes,
    await protectedMembers(redis, { account: connection.account, connection: connection.id }, known),
  )
  const memberPlans: EntityPlan[] = [
    ...members.links.map((link) => ({ link, problems: [] })),
    ...(connection.groups?.actions.memberships === false
      ? []
      : shielded.changes.map((change) => ({ change, problems: [] }))),
  ]
  const firstRun = await reader.firstRun()
  const decisions = await reader.decisions()
  const admins = await currentAdmins(zendesk, plans, (id) => users.heldOf(id).zendeskId, signal)
  const guarded = guard({
    plans: [...plans, ...memberPlans],
    limits: connection.guard,
    known: {
      users: Math.max(users.known, linkCount(plans, 'user')),
      groups: Math.max(groups.known, linkCount(plans, 'group')),
      memberships: Math.max(members.known, members.links.length),
    },
    used: await reader.countedWithin(connection.guard.window),
    held,
    decisions,
    approvedFirst: coveredByFirstPlan(firstRun, connection.firstRun),
    subjectOf: (id) => {
      const { applied, zendeskId } = users.heldOf(id)
      return { applied, privileged: applied['role'] === 'admin' || (zendeskId !== null && admins.has(zendeskId)) }
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
    problems: [
      ...picture.problems,
      ...groups.problems,
      ...members.problems,
      ...shielded.problems,
      ...plans.flatMap((plan) => plan.problems),
    ],
    protectedFound: { users: followed, lookedUp: found.lookedUp },
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

/** The plans without what must not be done. Whose credentials we use is asked only when somebody loses anything. */
async function shieldUsers(
  { protection, apiUser }: PlanSources,
  { plans, heldOf }: UsersPlan,
  { known, followed }: { known: ReadonlyMap<number, string>; followed: Map<number, string> },
  signal: AbortSignal,
): Promise<Map<string, EntityPlan>> {
  const loses = [...plans.values()].some((plan) => plan.change?.removal)
  const spared = { known, followed, protection, apiUserId: loses ? await apiUser(signal) : null }
  return new Map([...plans].map(([id, plan]) => [id, shield(plan, heldOf(id), spared)]))
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
