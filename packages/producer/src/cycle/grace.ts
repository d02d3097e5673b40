import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change } from '../plan/change.ts'
import { waits } from '../plan/plan-removal.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { UsersPlan } from './plan-users.ts'

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
 * their groups as well, and are told of. Since when is noted until they have left or are read as back: what else
 * becomes of them, a question to Zendesk, the guard's word, a refusal, gives them no more time.
 *
 *   removal of                | first seen         | plan
 *   --------------------------|--------------------|-------------------------------------------
 *   a linked user             | less than that ago | no change, LEAVING
 *   a linked user             | that long ago      | the removal
 *   whom this cycle has found | –                  | the removal: they left before we knew them
 */
export async function withGrace(
  users: UsersPlan,
  {
    picture,
    reader,
    removeAfter,
    now,
  }: {
    picture: DirectoryPicture
    reader: Pick<LedgerReader, 'leaving' | 'records'>
    removeAfter: UsersConfig['removeAfter']
    now: number
  },
): Promise<UsersPlan & { readonly leaving: Leaving }> {
  const noted = await reader.leaving()
  const removals = [...users.plans].flatMap(([id, { change, link }]) => {
    const cause = change && causeOf(change)
    return cause === undefined || link ? [] : [{ id, change: change!, cause }]
  })
  const vanished = await vanishedOf(noted, new Set(removals.map(({ id }) => id)), picture, reader)
  if (Object.values(removeAfter).every((ms) => ms === 0))
    return { ...users, leaving: { appeared: new Map(), vanished } }
  const plans = new Map(users.plans)
  const prints = new Map(users.prints)
  const unread = new Set(users.unread)
  const appeared = new Map<string, number>()
  for (const { id, change, cause } of removals) {
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

/** Of those noted, who is back, and who has left: nothing of them waits, and nothing is there to be taken. */
async function vanishedOf(
  noted: ReadonlyMap<string, number>,
  removals: ReadonlySet<string>,
  picture: DirectoryPicture,
  reader: Pick<LedgerReader, 'records'>,
): Promise<string[]> {
  const others = [...noted.keys()].filter((id) => !removals.has(id))
  const records = await reader.records<UserRecord>('user', others)
  const hasLeft = (record: UserRecord | undefined) => {
    const isWaiting: boolean = waits(record)
    return !isWaiting && record?.applied?.presence !== 'active'
  }
  return others.filter((id, i) => isBack(id, picture) || hasLeft(records[i]))
}

/** Whether the entry was read, in scope and not disabled, be it that it can't be planned. */
function isBack(id: string, { present, disabled, unread, candidates, statusUnread }: DirectoryPicture): boolean {
  if (statusUnread || candidates.get(id)?.disabled === 'unknown') return false
  return present.has(id) && !disabled.has(id) && !unread.users.has(id)
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
