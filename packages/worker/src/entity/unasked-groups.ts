import { atOnce } from '@provisioner/shared/at-once.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import { isWhole, NOTHING_KEPT, type Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import { isTeamRole, type AppliedMembership, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { DEFAULT_GROUP } from '@provisioner/shared/team-only.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import type { GroupMembership } from '@provisioner/zendesk/memberships.ts'
import type { Needs } from '../ports.ts'
import type { Finished } from './finished.ts'
import { mappedDefault } from './mapped-default.ts'

/** What looking at groups may take, ms, and how much longer for each user: the record waits for it. */
const WAIT_MS = 15_000
const EACH_MS = 800
const WIDTH = 5

const LEFT = "Taken out of the account's default group, into which Zendesk had put them unasked"

/**
 * Whether a write that is being recorded makes an agent, whom Zendesk puts into the account's default group unasked.
 *
 *   the ledger knows them as                       | the write makes an agent
 *   -----------------------------------------------|--------------------------
 *   nobody, or an end user                         | yes
 *   an agent whom our creation made, not recorded  | yes: its answer was lost
 *   an agent                                       | no, an adopted one neither
 */
function makesAgent({ written: { ref, applied } }: Finished, record: UserRecord | undefined): boolean {
  if (ref.kind !== 'user' || !applied || !('attributes' in applied) || !isTeamRole(applied.attributes['role']))
    return false
  const isLost = record?.origin === 'created' && record.appliedRevision === 0
  return isLost || !isTeamRole(record?.applied?.attributes['role'])
}

/**
 * Notes who is in the account's default group unasked, and takes out of it whoever has come into another group
 * (`users.accountDefaultGroup: leave`). The note is recorded with what made them an agent, and goes with the record of
 * what brought them into the other group: a worker that is killed before that leaves both to the next one.
 *
 * @param settled what is kept from then on, by write: the notes are put into it
 * @param stored what was kept before, by user
 * @param returned users who have their seat again: `returnGroups` has looked at their groups
 * @returns what is told
 */
export async function settleUnasked(
  ports: Needs<'records' | 'zendesk' | 'report'>,
  finished: readonly Finished[],
  {
    settled,
    stored,
    returned,
  }: {
    readonly settled: Map<Finished, Entitlements>
    readonly stored: ReadonlyMap<string, Entitlements | undefined>
    readonly returned: ReadonlySet<Finished>
  },
): Promise<Problem[]> {
  const records = await ports.records.records<UserRecord>('user', finished.map(userOf))
  const byUser = new Map(finished.map((one, i) => [userOf(one), records[i]]))
  for (const one of finished) {
    const kept = stored.get(userOf(one))
    if (returned.has(one) || (kept && isWhole(kept)) || !makesAgent(one, byUser.get(userOf(one)))) continue
    settled.set(one, { ...(settled.get(one) ?? kept ?? NOTHING_KEPT), unasked: true })
  }
  const joining = finished.filter((one) => stored.get(userOf(one))?.unasked && zendeskIdOf(one) !== undefined)
  const users = new Map(joining.map((one) => [userOf(one), zendeskIdOf(one)!]))
  const signal = AbortSignal.timeout(WAIT_MS + EACH_MS * users.size)
  const answers = await atOnce([...users], WIDTH, ([id, zendeskId]) =>
    leaveAccountDefault(ports, { id, zendeskId, mapped: mappedDefault(byUser.get(id)?.desired ?? null) }, signal),
  )
  const staying = new Set([...users.keys()].filter((_id, i) => answers[i]!.stays))
  for (const one of joining) {
    const { unasked: _noted, ...kept } = settled.get(one) ?? stored.get(userOf(one))!
    settled.set(one, staying.has(userOf(one)) ? { ...kept, unasked: true } : kept)
  }
  return answers.flatMap(({ problem }) => problem ?? [])
}

/** Zendesk's id of a user whom a write has put into a group, or who has another default group by it. */
function zendeskIdOf({ written: { ref, applied, zendeskId }, sent = [] }: Finished): number | undefined {
  if (ref.kind === 'membership')
    return applied?.presence === 'active' ? (applied as AppliedMembership).userZendeskId : undefined
  return ref.kind === 'user' && sent.includes(DEFAULT_GROUP) ? (zendeskId ?? undefined) : undefined
}

/** The directory id of the user whom a write is about. */
export function userOf({ written: { ref } }: Finished): string {
  return ref.kind === 'membership' ? membershipSides(ref.id).userId : ref.id
}

/**
 * Of memberships, those in the account's default group, where no connection manages it: else the directory says who is
 * in it. Which one is the user's default says nothing of that: they may have got another one since.
 *
 * @throws ZendeskError, or the signal's reason
 */
export async function inAccountDefault(
  { records, zendesk }: Needs<'records' | 'zendesk'>,
  memberships: readonly GroupMembership[],
  signal: AbortSignal,
): Promise<GroupMembership[]> {
  const owners = await records.ownersOf(
    'group',
    memberships.map((one) => one.group_id),
  )
  const found: GroupMembership[] = []
  for (const [i, one] of memberships.entries())
    if (owners[i] === null && (await zendesk.groups.show(one.group_id, { signal })).default) found.push(one)
  return found
}

/**
 * Takes users out of groups in which nobody asked for them to be. Done again, it finds what is done already. A pause of
 * removals lets it through: it is the end of an addition, which would wait for it, and takes nobody's choice away.
 */
export async function leave(
  { zendesk, report }: Needs<'zendesk' | 'report'>,
  unasked: readonly GroupMembership[],
  signal: AbortSignal,
): Promise<void> {
  for (const { id, user_id: userId, group_id: group } of unasked) {
    await zendesk.memberships.delete(id, { signal, takesAway: false }).catch((error: unknown) => {
      if (!(error instanceof ZendeskError && error.problem.kind === 'not found')) throw error
    })
    report.log.info({ userId, group }, LEFT)
  }
}

/**
 * Takes an agent out of the account's default group, once they have another one: Zendesk has no agent without
 * (DESIGN section 6). Not where a connection manages it, or it is the default group that the mapping gives them.
 *
 * @returns whether they are still to leave it, and what is told of that
 */
async function leaveAccountDefault(
  ports: Needs<'records' | 'zendesk' | 'report'>,
  { id, zendeskId, mapped }: { readonly id: string; readonly zendeskId: number; readonly mapped: number | undefined },
  signal: AbortSignal,
): Promise<{ readonly stays: boolean; readonly problem?: Problem }> {
  try {
    const present = await ports.zendesk.memberships.ofUser(zendeskId, { signal })
    const notMapped = present.filter((one) => one.group_id !== mapped)
    const unasked = await inAccountDefault(ports, notMapped, signal)
    if (unasked.length === present.length) return { stays: true }
    await leave(ports, unasked, signal)
    return { stays: false }
  } catch (error) {
    if (!(error instanceof ZendeskError) && !signal.aborted) throw error
    return { stays: true, problem: notLeft(id, zendeskId, error) }
  }
}

function notLeft(id: string, zendeskId: number, error: unknown): Problem {
  const why = error instanceof ZendeskError ? error.message : "Zendesk's limits left no room in time"
  return {
    code: 'DEFAULT_GROUP_NOT_LEFT',
    subject: 'user',
    id,
    what: `Zendesk user ${zendeskId} is still in the account's default group, into which Zendesk put them: ${why}`,
    todo: 'Take them out in Zendesk, or leave it: it is tried again with the next group that they come into',
  }
}
