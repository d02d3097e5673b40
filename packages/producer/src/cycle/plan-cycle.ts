import type { Redis } from 'ioredis'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { Directory } from '../directory/directory.ts'
import type { Mapping } from '../mapping/mapping.ts'
import type { Change, EntityPlan } from '../plan/change.ts'
import { askConsent } from '../plan/ask-consent.ts'
import { guard } from '../plan/guard.ts'
import { causesOfAbsence } from './absence.ts'
import { auditGroups, NO_GROUP_AUDIT } from './audit-groups.ts'
import { auditUsers, NO_AUDIT } from './audit-users.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { readDirectory } from './directory-picture.ts'
import { findGroups } from './find-groups.ts'
import { findUsers } from './find-users.ts'
import { problemsAsked } from './groups-in-doubt.ts'
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

  const changes = [
    ...plans.flatMap(({ change }) =>
      change
        ? [
            askConsent(change, picture.doubts.forAll, {
              present: picture.present.has(change.id),
              applied: users.heldOf(change.id).applied,
            }),
          ]
        : [],
    ),
    ...(connection.groups?.actions.memberships === false ? [] : members.changes),
  ]
  const firstRun = await reader.firstRun()
  const guarded = guard({
    changes,
    limits: connection.guard,
    known: {
      users: Math.max(users.known, linkCount(plans, 'user')),
      groups: Math.max(groups.known, linkCount(plans, 'group')),
      memberships: Math.max(members.known, members.links.length),
    },
    used: await reader.removalsWithin(connection.guard.window),
    held: await reader.held(),
    approvedFirst: firstRun.status === 'approved' ? (firstRun.plan?.removals ?? {}) : {},
    appliedOf: (id) => users.heldOf(id).applied,
    now,
  })
  const heldIds = new Set(guarded.held.map((held) => held.key.split('|')[1]))
  const answered = new Map(
    [...users.prints].filter(([id]) => !heldIds.has(id) && users.plans.get(id) === shieldedUsers.get(id)),
  )
  return {
    links: [
      ...users.links,
      ...groups.links,
      ...plans.flatMap((plan) => (plan.link ? [plan.link] : [])),
      ...members.links,
    ],
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
      ...problemsAsked(picture.doubts, changes, picture.present),
      ...groups.problems,
      ...members.problems,
      ...plans.flatMap((plan) => plan.problems),
    ],
    answered,
    unanswered: [...users.plans.keys()].filter((id) => !answered.has(id)),
    claims: users.claims,
    removals: countBy(
      changes.flatMap((c) => [...(c.removal ? [c.removal.category] : []), ...c.cleared.map((n) => `clearings:${n}`)]),
      (c) => c,
    ),
    audited,
    shownGroups: {
      now: picture.doubts.shown,
      asked: changes.some((change) => change.consent),
    },
    totals: { users: picture.present.size, groups: picture.groups.length, memberships: members.wanted },
  }
}

/** The plans without what protected users would lose. Whose credentials we use is asked only when somebody loses anything. */
async function shieldUsers(
  { protect, apiUser }: PlanSources,
  { plans, heldOf }: UsersPlan,
  signal: AbortSignal,
): Promise<Map<string, EntityPlan>> {
  const loses = [...plans.values()].some((plan) => plan.change?.removal)
  const protection = { patterns: protect, apiUserId: loses ? await apiUser(signal) : null }
  return new Map([...plans].map(([id, plan]) => [id, shield(plan, heldOf(id), protection)]))
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
