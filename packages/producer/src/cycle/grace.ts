import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change } from '../plan/change.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { CycleScope, PlanSources } from './plan-sources.ts'
import type { UsersPlan } from './plan-users.ts'
import { shield, type Protection } from './protection.ts'
import { askInDoubt } from './users-in-doubt.ts'

/** By what a removal says why somebody leaves. */
const CAUSES: Readonly<Record<string, RemovalCause>> = {
  disabled: 'disabled',
  deleted: 'deleted',
  'out of scope': 'outOfScope',
}

/** Who begins to leave, with the time (ms since the epoch), and of whom that need not be known any more. */
export interface Leaving {
  readonly appeared: ReadonlyMap<string, number>
  readonly vanished: readonly string[]
}

export const NOBODY_LEAVING: Leaving = { appeared: new Map(), vanished: [] }

/**
 * Has leavers wait until `users.removeAfter` has passed since a cycle first saw them leave: they stay as they are, in
 * their groups as well, and are told of. Since when is noted until they are read as back: what else becomes of them, a
 * question to Zendesk, the guard's word, a refusal, a restoration by hand, gives them no more time.
 *
 *   removal of                | first seen         | plan
 *   --------------------------|--------------------|-------------------------------------------
 *   a linked user             | less than that ago | no change, LEAVING
 *   a linked user             | that long ago      | the removal
 *   whom this cycle has found | –                  | the removal: they left before we knew them
 *   whom nobody may remove    | –                  | the removal, which is taken out and told (`shield`)
 *   for which an admin is asked | –                | the removal, which is held: the admin's word comes first
 */
export async function withGrace(
  users: UsersPlan,
  picture: DirectoryPicture,
  { reader, connection }: Pick<PlanSources, 'reader' | 'connection'>,
  { ignoreSeen, now, spared }: Pick<CycleScope, 'ignoreSeen' | 'now'> & { readonly spared: Protection },
): Promise<UsersPlan & { readonly leaving: Leaving }> {
  const { removeAfter } = connection.users
  const noted = await reader.leaving()
  const back = [...noted.keys()].filter((id) => isBack(id, picture))
  // a full cycle forgets whom the ledger does not know any more
  const vanished = ignoreSeen ? [...back, ...(await unknownOf([...noted.keys()], reader))] : back
  if (Object.values(removeAfter).every((ms) => ms === 0))
    return { ...users, leaving: { appeared: new Map(), vanished } }
  const removals = users.plans
    .entries()
    .filter(([, { change, link }]) => change !== undefined && link === undefined && causeOf(change) !== undefined)
    .filter(([id, plan]) => shield(plan, users.knownOf(id), spared) === plan)
    .map(([id, plan]) => ({ id, change: askInDoubt(plan, picture, users).change! }))
    .filter(({ change }) => !change.consent)
    .toArray()
  const plans = new Map(users.plans)
  const prints = new Map(users.prints)
  const unread = new Set(users.unread)
  const appeared = new Map<string, number>()
  for (const { id, change } of removals) {
    const cause = causeOf(change)!
    const since = noted.get(id) ?? now
    const due = since + removeAfter[cause]
    if (due <= now) continue
    if (!noted.has(id)) appeared.set(id, since)
    const { change: _removal, ...rest } = plans.get(id)!
    plans.set(id, { ...rest, problems: [...rest.problems, isLeaving(change, cause, due)] })
    // planned in each cycle, until the time has come or they are back
    prints.delete(id)
    unread.add(id)
  }
  return { ...users, plans, prints, unread, leaving: { appeared, vanished } }
}

async function unknownOf(ids: readonly string[], reader: Pick<LedgerReader, 'records'>): Promise<string[]> {
  const records = await reader.records<UserRecord>('user', ids)
  return ids.filter((_id, i) => records[i]?.zendeskId == null)
}

/** Whether the entry was read, in scope and not disabled, be it that it can't be planned. */
function isBack(id: string, { present, disabled, unread, statusUnknown, statusUnread }: DirectoryPicture): boolean {
  const isHere = present.has(id) && !unread.users.has(id)
  return isHere && !statusUnread && !disabled.has(id) && !statusUnknown.has(id)
}

function causeOf({ kind, operation, removal }: Change): RemovalCause | undefined {
  if (kind !== 'user' || !removal || (operation !== 'suspend user' && operation !== 'delete user')) return undefined
  return CAUSES[removal.cause]
}

function isLeaving({ id, dn, label, operation }: Change, cause: RemovalCause, due: number): Problem {
  const fate = operation === 'delete user' ? 'deleted' : 'suspended'
  const why = { disabled: 'is disabled', deleted: 'is not found any more', outOfScope: 'is out of scope' }[cause]
  const at = new Date(due).toISOString().replace('T', ' ').slice(0, 16)
  return {
    code: 'LEAVING',
    subject: 'user',
    id,
    dn,
    what: `'${label}' ${why}, and is ${fate} after ${at} UTC (users.removeAfter.${cause})`,
    todo: 'Nothing, if they leave. Should they be back by then, nothing has happened',
  }
}
