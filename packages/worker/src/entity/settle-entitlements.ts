import { atOnce } from '@provisioner/shared/at-once.ts'
import {
  awaiting,
  isWhole,
  keepsAnything,
  NOTHING_KEPT,
  type Entitlements,
} from '@provisioner/shared/ledger/entitlements.ts'
import { isTeamRole, type AppliedMembership, type AppliedUser } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { DEFAULT_GROUP } from '@provisioner/shared/team-only.ts'
import type { Needs } from '../ports.ts'
import type { Finished } from './finished.ts'
import { mappedDefault, mappedDefaults } from './mapped-default.ts'
import { returnGroups } from './return-groups.ts'
import { settleUnasked, userOf } from './unasked-groups.ts'
import { sendsSeat } from '@provisioner/shared/loses-seat.ts'

/** What giving groups back may take, ms, and how much longer for each: the record waits for it. */
const WAIT_MS = 15_000
const EACH_MS = 400
const WIDTH = 5

/**
 * What the ledger shall keep of entitlements once writes are recorded, in their order; undefined where that is as
 * before. Who has a seat again gets the groups back before that, in which the directory has no say.
 *
 *   what was written                  | kept afterwards
 *   ----------------------------------|---------------------------------------------------------
 *   a suspension that takes the seat  | the same: told again to a Redis that forgets it
 *   a team member with their access   | a default group of ours that they are not in yet, or nothing
 *   a member of that group            | nothing
 *   a user whose default group waits  | that group, beside whatever they are still to get back
 *   a default group that is set       | nothing, but for what they are still to get back
 *   a member of the mapping's default | that group, until a cycle has seen that it is the default one
 *
 * Beside that it is kept who is in the account's default group unasked and is to leave it, see {@link settleUnasked}.
 */
export async function settleEntitlements(
  ports: Needs<'records' | 'zendesk' | 'report' | 'settings'>,
  finished: readonly Finished[],
): Promise<{ readonly entitlements: readonly (string | undefined)[]; readonly problems: readonly Problem[] }> {
  const { leavesAccountDefault } = ports.settings
  const settled = new Map<Finished, Entitlements>()
  for (const one of finished)
    if (one.entitlements !== undefined) settled.set(one, JSON.parse(one.entitlements) as Entitlements)
  const concerned = finished.filter((one) => hasAccess(one) || joins(one) || one.sent?.includes(DEFAULT_GROUP))
  const stored = await ports.records.entitlementsOf(concerned.map(userOf))
  const members = concerned.filter(joins)
  const wanted = await mappedDefaults(ports, members.map(userOf))
  const returning: { readonly one: Finished; readonly kept: Entitlements }[] = []
  for (const [i, one] of concerned.entries()) {
    const kept = stored[i]
    const isMember = joins(one)
    const isBack = kept && !isMember && hasAccess(one) && hasSeatAgain(one, kept)
    if (isBack && (isWhole(kept) || one.entitlements === undefined))
      returning.push({ one, kept: { ...kept, defaultGroup: mappedDefault(one.written.applied) ?? kept.defaultGroup } })
    else if (kept && isWhole(kept)) settled.delete(one)
    else if (isMember) settleMember(settled, one, kept, wanted[members.indexOf(one)])
    else if (kept && one.entitlements === undefined && one.sent?.includes(DEFAULT_GROUP)) settled.set(one, NOTHING_KEPT)
  }
  const signal = AbortSignal.timeout(WAIT_MS + EACH_MS * returning.length)
  const answers = await atOnce(returning, WIDTH, ({ one, kept }) => returnGroups(ports, one, kept, signal))
  for (const [i, { one }] of returning.entries()) {
    const waiting = one.entitlements === undefined ? answers[i]!.waiting : mappedDefault(one.written.applied)
    const isUnasked = leavesAccountDefault && answers[i]!.isUnasked
    settled.set(one, { ...NOTHING_KEPT, defaultGroup: waiting ?? null, ...(isUnasked && { unasked: true }) })
  }
  const returned = new Set(returning.map(({ one }) => one))
  const before = new Map(concerned.map((one, i) => [userOf(one), stored[i]]))
  const unasked = leavesAccountDefault
    ? await settleUnasked(ports, finished, { settled, stored: before, returned })
    : []
  return {
    entitlements: finished.map((one) => asText(settled.get(one))),
    problems: [...answers.flatMap(({ problem }) => problem ?? []), ...unasked],
  }
}

/** As the ledger is told: '' for nothing, undefined for what stays as it is. */
function asText(kept: Entitlements | undefined): string | undefined {
  if (!kept) return undefined
  return keepsAnything(kept) ? JSON.stringify(kept) : ''
}
/** Whether the membership made its group the default one is for a cycle to see: they may have been in it before. */
function settleMember(
  settled: Map<Finished, Entitlements>,
  one: Finished,
  kept: Entitlements | undefined,
  wanted: number | undefined,
): void {
  const group = (one.written.applied as AppliedMembership).groupZendeskId
  if (wanted !== group && kept?.defaultGroup === group) settled.set(one, NOTHING_KEPT)
  else if (wanted === group && one.what !== 'in sync') settled.set(one, awaiting(group))
}

function hasAccess({ written: { ref, applied }, sent = [] }: Finished): boolean {
  if (ref.kind !== 'user' || applied?.presence !== 'active' || !('attributes' in applied)) return false
  return isTeamRole(applied.attributes['role']) && (sendsSeat(sent) || sent.includes('suspended'))
}

/** While the guard holds the role, somebody who is back is an end user, or a light agent, and gets nothing yet. */
function hasSeatAgain({ written: { applied }, sent = [] }: Finished, { attributes }: Entitlements): boolean {
  const now = (applied as AppliedUser).attributes
  return sendsSeat(sent) || (now['custom_role_id'] ?? null) === (attributes['custom_role_id'] ?? null)
}

function joins({ written: { ref, applied } }: Finished): boolean {
  return ref.kind === 'membership' && applied?.presence === 'active'
}
