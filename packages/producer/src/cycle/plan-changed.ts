import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { formatEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { normaliseDn, outermost } from '../directory/dn.ts'
import { closedCategories, provesItself } from '../plan/ahead-of-cycle.ts'
import type { Change } from '../plan/change.ts'
import { isOutOfReach } from '../directory/search-fault.ts'
import { basesOf } from './bases-of.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { scanDirectory, type DirectoryPicture } from './directory-picture.ts'
import { planCycle } from './plan-cycle.ts'
import { NOBODY_LEAVING } from './grace.ts'
import { NO_LOOKS } from './looks-of-cycle.ts'
import type { PlanSources } from './plan-sources.ts'
import { NO_ANSWERS } from './questions.ts'
import { NOTHING_UNDONE } from './undone-of-scan.ts'

/** When more entries have changed than this, they are left to a cycle. */
const MOST = 500

/** What of the plan of a cycle goes out ahead of it. */
export interface ChangedPlan {
  readonly plan: CyclePlan
  /** Whether nothing of what has changed is left to the cycle, as far as that can be told. */
  readonly isAll: boolean
}

const NO_FOREIGN = { found: new Map(), vanished: [] }

const NOTHING: Pick<CyclePlan, 'links' | 'unanswered' | 'claims' | 'noted'> = {
  links: [],
  unanswered: [],
  claims: new Map(),
  noted: { leaving: NOBODY_LEAVING, foreign: NO_FOREIGN, seated: [], defaulted: [], undone: NOTHING_UNDONE },
}

/**
 * Plans what changed entries prove by themselves (`provesItself`), whatever the rest of the directory says. Everybody
 * else counts as there and unread, and stays as they are. It is a part of what a cycle would plan from the whole
 * directory, so that it may go out ahead of one. Who the last cycle told a problem about is left to the next one, and
 * so is what the guard holds, what Zendesk has to be asked for, and half of what the guard allows.
 *
 * Undefined when more entries have changed than are read one by one.
 *
 * @param changed a filter for them
 * @param inScope how many people the last cycle found
 * @throws whatever makes the scan incomplete
 */
export async function planChanged(
  sources: PlanSources,
  { changed, now, inScope }: { changed: string; now: number; inScope: number },
  signal: AbortSignal,
): Promise<ChangedPlan | undefined> {
  const { connection, reader, names } = sources
  const ids = await idsOfChanged(sources, changed, signal)
  if (ids === undefined) return undefined
  // Memberships are planned from the groups, and these are left to the cycle.
  const { groups: _groups, ...ofUsers } = connection
  const aboutUsers = { ...sources, connection: ofUsers satisfies ConnectionConfig }
  const isStale = await names.recall(now)
  const read = await scanDirectory({ ...aboutUsers, names: names.atHand, reader, ignoreSeen: false, changed }, signal)
  const touched = new Set(await reader.pending())
  const scope = { ignoreSeen: false, audit: false, now, touched, looks: NO_LOOKS, awaiting: new Map() }
  const plan = await planCycle(aboutUsers, asFragment(read), NO_ANSWERS, scope, signal)

  const told = new Set((await reader.problems()).map(({ problem }) => problem.id))
  const provenByItself = plan.released.filter(
    (change) => !told.has(change.id) && provesItself(change, connection) && (!isStale || change.removal !== undefined),
  )
  const released = await withinGuard(sources, plan, provenByItself, inScope)
  const members = new Set(released.map(formatEntityMember))
  const isReleased = (one: EntityName) => members.has(formatEntityMember(one))
  const settled = new Set(released.map(({ id }) => id)).difference(read.lookups.unsettled)
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

/** Less the changes of categories that are closed to what goes out ahead. */
async function withinGuard(
  { connection, reader }: PlanSources,
  { counted }: CyclePlan,
  changes: readonly Change[],
  inScope: number,
): Promise<Change[]> {
  const asked = counted.filter(({ change }) => changes.includes(change))
  const closed = closedCategories(asked, {
    limits: connection.guard,
    // The ledger knows everybody who ever left as well.
    known: Math.min(inScope, await reader.count('user')),
    used: await reader.countedWithin(connection.guard.window),
    held: new Set((await reader.held()).map(({ category }) => category)),
  })
  const kept = new Set(asked.flatMap(({ category, change }) => (closed.has(category) ? [change] : [])))
  return changes.filter((change) => !kept.has(change))
}

/** The ids of all entries that have changed, people or not; `''` for those of which that can't be told. */
async function idsOfChanged(
  { connection, directory }: PlanSources,
  changed: string,
  signal: AbortSignal,
): Promise<Set<string> | undefined> {
  // What moves a domain controller's count most are its computers.
  const filter = connection.directory.type === 'active-directory' ? `(&${changed}(!(objectClass=computer)))` : changed
  const locations = [...connection.users.locations, ...(connection.groups?.locations ?? [])]
  const searched = new Set(locations.map(({ base }) => normaliseDn(base)))
  const ids = new Set<string>()
  for (const base of outermost(basesOf(connection)))
    try {
      for await (const page of directory.scan({ base, scope: 'sub', filter, attributes: [] }, signal)) {
        for (const { id } of page.entries) ids.add(id)
        if (page.unidentified.length > 0) ids.add('')
        if (ids.size > MOST) return undefined
      }
    } catch (error) {
      // a group that is named and does not exist, or is hidden: the cycle says so
      if (searched.has(normaliseDn(base)) || !isOutOfReach(error)) throw error
      ids.add('')
    }
  return ids
}

/** A picture in which everybody else is there as well, and every group. */
function asFragment(read: DirectoryPicture): DirectoryPicture {
  const { present } = read
  const everybody = { has: () => true, size: present.size, none: () => present.none() }
  return { ...read, present: everybody, presentGroups: EVERY_GROUP }
}

class Every extends Set<string> {
  override has(): boolean {
    return true
  }
}

const EVERY_GROUP: ReadonlySet<string> = new Every()
