import type { UsersConfig } from '@provisioner/shared/config/users.ts'
import { formatLeaving, parseLeaving } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Change } from '../plan/change.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'
import type { UsersPlan } from './plan-users.ts'

type RemoveAfter = UsersConfig['removeAfter']

/** By what a removal says why somebody leaves. */
const CAUSES: Readonly<Record<string, RemovalCause>> = {
  disabled: 'disabled',
  deleted: 'deleted',
  'out of scope': 'outOfScope',
}

/**
 * Has leavers wait until `users.removeAfter` has passed since a cycle first saw them leave: they stay as they are, in
 * their groups as well, and are told of. What they are answered by (`seen`) keeps since when, whatever the cause is by
 * now.
 *
 *   removal of               | first seen            | plan
 *   -------------------------|-----------------------|-------------------------------------------
 *   a linked user            | less than that ago    | no change, LEAVING
 *   a linked user            | that long ago         | the removal
 *   whom this cycle has found| –                     | the removal: they left before we knew them
 */
export async function withGrace(
  users: UsersPlan,
  { reader, removeAfter, now }: { reader: Pick<LedgerReader, 'seen'>; removeAfter: RemoveAfter; now: number },
): Promise<UsersPlan> {
  if (Object.values(removeAfter).every((ms) => ms === 0)) return users
  const leaving = [...users.plans].flatMap(([id, { change, link }]) => {
    const cause = change && causeOf(change)
    return cause === undefined || link ? [] : [{ id, change: change!, cause }]
  })
  if (leaving.length === 0) return users
  const seen = await reader.seen(leaving.map(({ id }) => id))
  const plans = new Map(users.plans)
  const prints = new Map(users.prints)
  const unread = new Set(users.unread)
  for (const [i, { id, change, cause }] of leaving.entries()) {
    const since = parseLeaving(seen[i]) ?? now
    const due = since + removeAfter[cause]
    if (due <= now) continue
    const { change: _removal, ...rest } = plans.get(id)!
    plans.set(id, { ...rest, problems: [...rest.problems, isLeaving(change, cause, due)] })
    prints.set(id, formatLeaving(since))
    unread.add(id)
  }
  return { ...users, plans, prints, unread }
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
