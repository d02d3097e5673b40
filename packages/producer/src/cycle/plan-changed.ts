import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { outermost } from '../directory/dn.ts'
import type { Change } from '../plan/change.ts'
import { basesOf } from './bases-of.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { readDirectory, type DirectoryPicture } from './directory-picture.ts'
import { planCycle } from './plan-cycle.ts'
import type { PlanSources } from './plan-sources.ts'
import { NO_ANSWERS } from './questions.ts'

/** When more entries have changed than this, they are left to a cycle. */
const MOST = 500

/** What of the plan of a cycle goes out ahead of it. */
export interface ChangedPlan {
  readonly plan: CyclePlan
  /** Whether nothing of what has changed is left to the cycle, as far as that can be told. */
  readonly isAll: boolean
}

const NOTHING: Pick<CyclePlan, 'links' | 'unanswered' | 'claims'> = { links: [], unanswered: [], claims: new Map() }

/**
 * Plans what changed entries prove by themselves, whatever the rest of the directory says. Everybody else counts as
 * there and unread, and stays as they are. It is a part of what a cycle would plan from the whole directory, so that it
 * may go out ahead of one:
 *
 *   change                                          | goes out ahead
 *   ------------------------------------------------|----------------------------------------------------------
 *   a linked user's other attributes                | yes
 *   the suspension of a user whose entry shows that | yes
 *   they are disabled                               |
 *   another address, external id or role; a value   | no: others may have the address, and what decides a role,
 *   that is emptied                                 | or is shown no more, is judged by looking at everybody
 *   a restoration                                   | no: the attribute that says so may be hidden from everybody
 *   a creation, a deletion, a leaver without entry  | no
 *   groups and memberships                          | no
 *   of a user about whom the last cycle told of a   | no
 *   problem                                         |
 *   what the guard holds, or Zendesk has to be      | no
 *   asked for                                       |
 *
 * Undefined when more entries have changed than are read one by one.
 *
 * @param changed a filter for them
 * @throws whatever makes the scan incomplete
 */
export async function planChanged(
  sources: PlanSources,
  { changed, now }: { changed: string; now: number },
  signal: AbortSignal,
): Promise<ChangedPlan | undefined> {
  const { connection, reader, names } = sources
  const ids = await idsOfChanged(sources, changed, signal)
  if (ids === undefined) return undefined
  // Memberships are planned from the groups, and these are left to the cycle.
  const { groups: _groups, ...ofUsers } = connection
  const aboutUsers = { ...sources, connection: ofUsers satisfies ConnectionConfig }
  await names.begin(now)
  const read = await readDirectory({ ...aboutUsers, names: names.atHand, reader, ignoreSeen: false, changed }, signal)
  const touched = new Set(await reader.pending())
  const scope = { ignoreSeen: false, audit: false, now, touched }
  const plan = await planCycle(aboutUsers, asFragment(read), NO_ANSWERS, scope, signal)

  const told = new Set((await reader.problems()).map(({ problem }) => problem.id))
  const isAhead = (change: Change) =>
    !told.has(change.id) && provesItself(change, connection) && (!names.isStale || change.removal !== undefined)
  const released = plan.released.filter(isAhead)
  const members = new Set(released.map(formatEntityMember))
  const isReleased = (one: Parameters<typeof formatEntityMember>[0]) => members.has(formatEntityMember(one))
  const settled = new Set(released.map(({ id }) => id))
  const isAnswered = (id: string) => read.present.has(id) && !read.candidates.has(id) && !read.rejected.has(id)
  return {
    plan: {
      ...plan,
      ...NOTHING,
      released,
      counted: plan.counted.filter(({ change }) => isReleased(change)),
      approvals: plan.approvals.filter(({ of }) => 'operation' in of && isReleased(of)),
      answered: new Map([...plan.answered].filter(([id]) => settled.has(id))),
    },
    isAll: released.length > 0 && [...ids].every((id) => settled.has(id) || isAnswered(id)),
  }
}

/** The ids of all entries that have changed, people or not; those without one as `''`. */
async function idsOfChanged(
  { connection, directory }: PlanSources,
  filter: string,
  signal: AbortSignal,
): Promise<Set<string> | undefined> {
  const ids = new Set<string>()
  for (const base of outermost(basesOf(connection)))
    for await (const page of directory.scan({ base, scope: 'sub', filter, attributes: [] }, signal)) {
      for (const { id } of page.entries) ids.add(id)
      if (page.unidentified.length > 0) ids.add('')
      if (ids.size > MOST) return undefined
    }
  return ids
}

/** Whether a user's change is as sure from the entry alone as it is from the whole directory. */
function provesItself(
  { kind, operation, changed, cleared, removal, consent }: Change,
  { directory }: ConnectionConfig,
) {
  if (kind !== 'user' || consent || cleared.length > 0) return false
  const { status } = directory
  // Where it is what an entry lacks that says so, it may only be hidden.
  const isShown = status === undefined || 'bit' in status || status.whenAbsent !== 'disabled'
  if (operation === 'suspend user') return removal?.cause === 'disabled' && isShown
  return operation === 'update user' && removal === undefined && !changed.some((name) => OF_ALL.has(name))
}

/** Attributes that others can claim as well, or that groups decide. */
const OF_ALL: ReadonlySet<string> = new Set(['email', 'external_id', 'role', 'custom_role_id', 'suspended'])

/** A picture in which everybody else is there as well, and every group. */
function asFragment(read: DirectoryPicture): DirectoryPicture {
  return { ...read, present: EVERYBODY, presentGroups: EVERYBODY }
}

class Everybody extends Set<string> {
  override has(): boolean {
    return true
  }
}

const EVERYBODY: ReadonlySet<string> = new Everybody()
