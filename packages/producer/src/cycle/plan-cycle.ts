import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { formatEntityMember, parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import { LEFT } from '@provisioner/shared/ledger/keys.ts'
import { linkCount, type Change } from '../plan/change.ts'
import { guard } from '../plan/guard.ts'
import { inOrder } from '../plan/in-order.ts'
import { decisionsOfCycle } from './decisions-of-cycle.ts'
import { heldOfCycle } from './held-of-cycle.ts'
import { Absences } from './absence.ts'
import { auditsDue, auditsLeft } from './audits-due.ts'
import type { CyclePlan } from './cycle-plan.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { protectedMembers } from './find-protected.ts'
import { coveredByFirstPlan, isFirstPlanHeld } from './first-plan.ts'
import { driftProblems } from './drift-problems.ts'
import { withGrace } from './grace.ts'
import { NO_LOOKS } from './looks-of-cycle.ts'
import { LookUps } from './look-ups.ts'
import { planMembersOf } from './members-of-cycle.ts'
import { judgeDefaults } from './judge-defaults.ts'
import { keepLastAdmin, losingAdmins } from './last-admin.ts'
import { claimedUsers, Owners, scopeOf } from './owners.ts'
import { problemsAsked } from './groups-in-doubt.ts'
import { planDrift } from './plan-drift.ts'
import { planGroups } from './plan-groups.ts'
import type { CycleScope, PlanSources } from './plan-sources.ts'
import { planUsers } from './plan-users.ts'
import { shield, shieldMembers } from './protection.ts'
import type { Answers, Questions } from './questions.ts'
import { changesNotReleased, withoutReleased } from './released-already.ts'
import { knowingAdmins, renamedUsers, subjectsOf } from './renamed-users.ts'
import { scopeTest } from './scope-test.ts'
import { seatsOf } from './seats-of-plan.ts'
import { staleEntitlements } from './stale-entitlements.ts'
import { stillAsAudited, usersAsAudited } from './still-as-audited.ts'
import { switchedOff } from './switched-off.ts'
import { unplannedRejections } from './unplanned-rejections.ts'
import { unreadRejections } from './unread-rejections.ts'
import { unmanagedProblems } from './unmanaged-problems.ts'
import { unreadLists } from './unread-lists.ts'
import { dropsMemberships } from './users-going.ts'
import { withOthers } from './with-others.ts'
import { withoutTouched } from './without-touched.ts'
import { userPolicyOf } from './user-policy.ts'
import { askedOf, askInDoubt, unreadMemberships } from './users-in-doubt.ts'
import { takesFromTeamMember, whatWaits } from './what-waits.ts'

/**
 * Plans a cycle from one picture of the directory, the ledger, and what Zendesk has answered. Asks Zendesk nothing:
 * what it would have to be asked is left out of the plan and stands among its questions. Writes nothing, anywhere.
 *
 * @throws whatever the directory throws when it is asked why an entry has left
 */
export async function planCycle(
  sources: PlanSources,
  picture: DirectoryPicture,
  answers: Answers,
  { ignoreSeen, audit, now, touched, looks, awaiting }: CycleScope,
  signal: AbortSignal,
): Promise<CyclePlan> {
  const { connection, directory, redis, reader, configured, protection } = sources
  const account = connection.account
  const owners = new Owners({ redis, account, connection: connection.id, configured })
  const audited = await usersAsAudited(reader, answers.userAudit, connection.drift, now)
  const { userAudit, ...defaults } = await judgeDefaults({ reader, redis, awaiting, touched }, answers, audited)
  const policy = userPolicyOf(connection.users, sources.names.atHand.lightAgentRole)
  const masked = zendeskNamesMasked(connection.users.map)
  const known = new Map([...(await protection.all()), ...answers.protectedUsers])
  const lookUps = new LookUps(picture, answers)
  const absences = new Absences(directory, connection, signal)

  const planned = await planUsers({
    picture,
    reader,
    ignoreSeen,
    anew: looks.users.union(new Set(awaiting.keys())),
    policy,
    emailReuse: connection.users.emailReuse,
    audit: userAudit,
    find: (wanted, gone) => lookUps.findUsers(wanted, gone),
    merged: answers.users.merged,
    ownersOf: (hits) => owners.ofUsers(hits, scopeOf(picture, connection), now),
    takeovers: answers.users.takeovers,
    causesOf: (absent) => absences.causesOf(absent),
    claimed: (leavers) => claimedUsers(redis, { account, connection: connection.id, configured }, leavers, now),
  })
  const apiUserId = await sources.apiUser.known()
  const spared = { known, followed: new Map(answers.protectedUsers), protection, apiUserId: apiUserId ?? null }
  const users = await withGrace(planned, picture, sources, { ignoreSeen, now, spared })
  const groups = await planGroups({
    picture,
    reader,
    policy: {
      actions: connection.groups?.actions ?? { create: false, rename: false },
      remove: connection.groups?.remove ?? 'ignore',
    },
    audit: {
      gone: await stillAsAudited(reader, 'group', answers.groupAudit.gone),
      renamed: await stillAsAudited(reader, 'group', answers.groupAudit.renamed),
    },
    find: (wanted) => lookUps.findGroups(wanted, redis, { account, owners, now }),
    stillThere: (record) => absences.stillThere(record),
  })

  const drift = planDrift({ drifted: userAudit.drifted, candidates: picture.candidates, plans: users.plans, policy })
  const spareds = users.plans.entries().map(([id, plan]) => [id, shield(plan, users.knownOf(id), spared)] as const)
  const unlike = withOthers(users.plans, spareds)
  const losing = losingAdmins(unlike, users.knownOf)
  const shieldedUsers = answers.admins ? keepLastAdmin(unlike, users.knownOf, answers.admins) : unlike
  const members = await planMembersOf(sources, picture, { ...users, plans: shieldedUsers }, groups, {
    ...answers,
    touched,
  })
  const shielded = shieldMembers(
    members.changes,
    await protectedMembers(redis, { account, connection: connection.id }, known),
  )
  const plans = [...shieldedUsers.values(), ...groups.plans.values()]
  const subjectOf = subjectsOf(users, answers.roles, apiUserId)
  const asked = await withoutReleased(reader, [
    ...plans.map((plan) => knowingAdmins(askInDoubt(plan, picture, users), subjectOf)),
    ...members.links.map((link) => ({ link, problems: [] })),
    ...(connection.groups?.actions.memberships === false
      ? []
      : shielded.changes.map((change) => ({ change, problems: [] }))),
  ])
  const changes = asked.flatMap((plan) => (plan.change ? [plan.change] : []))
  const askedUsers = askedOf(changes)
  // Before the decisions: a first plan that is approved after its rejections must not be released without them.
  const firstRun = await reader.firstRun()
  const decisions = await decisionsOfCycle(reader)
  const unread = unreadRejections(decisions, picture, {
    entries: users.unread.union(groups.unread),
    records: await reader.unknowable(),
  })
  const renamed = renamedUsers(asked, users)
  const questions: Questions = {
    users: lookUps.users,
    gone: lookUps.gone,
    groups: lookUps.groups,
    apiUser: apiUserId === undefined && changes.some((change) => takesFromTeamMember(change, users)),
    admins: answers.admins === undefined && losing.length > 0,
    roles: new Set([...renamed.values()].filter((id) => !answers.roles.has(id))),
    protectedUsers: answers.isAsked ? [] : await protection.toLookUp(now),
    defaultGroups: new Set(answers.isAsked ? [] : awaiting.values()),
    lookAt: answers.isAsked ? NO_LOOKS : looks,
    audit: answers.isAsked ? auditsLeft(plans, decisions, answers) : await auditsDue(sources, groups, { audit, now }),
  }
  const waiting = whatWaits({
    changes,
    questions,
    losing: new Set(losing.map(({ id }) => id)),
    renamed,
    protects: (await protection.isComplete()) || answers.isAsked,
    picture,
    users,
    groups,
    relinks: connection.users.emailReuse === 'relink',
  })
  const isFree = (change: Change) => !waiting.has(formatEntityMember(change))
  const waits = isFirstPlanHeld(firstRun, connection.firstRun)
  const guarded = guard({
    plans: asked,
    limits: connection.guard,
    known: {
      users: Math.max(users.known, linkCount(plans, 'user')),
      groups: Math.max(groups.known, linkCount(plans, 'group')),
      memberships: Math.max(members.known, members.links.length),
    },
    used: await reader.countedWithin(connection.guard.window),
    ...(await heldOfCycle(reader)),
    decisions,
    approvedFirst: coveredByFirstPlan(firstRun, connection.firstRun),
    holdsAll: waits,
    subjectOf,
    shown: { masked, nameOf: sources.names.atHand.nameOf },
    now,
  })
  const unplanned = await unplannedRejections({
    decisions,
    decided: guarded.decided,
    held: guarded.held,
    picture,
    users,
    spared: shieldedUsers,
    groups,
    reader,
  })
  const keptIds = new Set([...guarded.held.map((held) => held.key), ...waiting].map((key) => parseHeldKey(key).id))
  const isSettled = (id: string) => !keptIds.has(id) && users.plans.get(id) === shieldedUsers.get(id)
  const settled = new Map(users.prints.entries().filter(([id, print]) => print === LEFT || isSettled(id)))
  // What the guard left of a change may be what it left of it before.
  const released = inOrder(await changesNotReleased(reader, guarded.released.filter(isFree)))
  const answered = withoutTouched(settled, touched, [...released, ...guarded.links])
  return {
    links: [...users.links, ...groups.links, ...guarded.links],
    released,
    dropping: changes.filter(dropsMemberships).flatMap(({ id }) => users.knownOf(id).zendeskId ?? []),
    held: guarded.held,
    counted: guarded.counted.filter(({ change }) => isFree(change)),
    approvals: guarded.approvals,
    ifApproved: guarded.ifApproved && { ...guarded.ifApproved, released: inOrder(guarded.ifApproved.released) },
    drift: drift.repaired,
    changedBy: answers.changedBy,
    switchedOff: switchedOff(connection, plans, users, members.changes),
    problems: [
      ...picture.problems,
      ...picture.agents.problems(connection.id, sources.names.atHand),
      ...absences.problems,
      ...unreadLists(sources, answers),
      ...unmanagedProblems(account, answers, spared),
      ...problemsAsked(picture.doubts, changes, picture.present),
      ...unreadMemberships(picture.usersInDoubt, connection, askedUsers),
      ...groups.problems,
      ...members.problems,
      ...driftProblems(drift.told, { connection: connection.id, masked, changedBy: answers.changedBy }),
      ...shielded.problems,
      ...defaults.problems,
      ...plans.flatMap((plan) => plan.problems),
    ],
    protectedFound: { users: spared.followed, lookedUp: answers.lookedUp },
    answered,
    unanswered: [...users.plans.keys().filter((id) => !settled.has(id))],
    claims: waits ? new Map() : users.claims,
    noted: {
      leaving: users.leaving,
      foreign: picture.foreign.noted,
      seated: await staleEntitlements(reader, users, { ignoreSeen }),
      defaulted: defaults.seen,
      undone: picture.undone,
    },
    lookupsWaiting: picture.lookups.waiting,
    guarded: guarded.asked,
    measures: guarded.measures,
    decided: guarded.decided,
    seats: seatsOf(guarded.ifApproved?.released ?? released, (id) => users.knownOf(id).applied, policy.lightAgentRole),
    isInScope: scopeTest(picture),
    decisions,
    unsettled: unread.union(unplanned),
    questions,
    audited: answers.memberships !== undefined && answers.membersOf === undefined,
    waiting: answers.userAudit.waiting,
    shownGroups: {
      now: picture.doubts.shown,
      asked: unread.size > 0 || changes.some((change) => change.removal && change.consent),
    },
    shownUsers: picture.usersInDoubt.doubts.remembered((id) => unread.size > 0 || askedUsers.has(id)),
    totals: { users: picture.present.size, groups: picture.groups.length, memberships: members.wanted },
  }
}
