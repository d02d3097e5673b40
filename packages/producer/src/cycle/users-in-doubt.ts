import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { askConsent, type GroupDoubt } from '../plan/ask-consent.ts'
import type { Change, EntityPlan } from '../plan/change.ts'
import type { UsersInDoubt } from './judge-users.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { UsersPlan } from './plan-users.ts'

/** How many are named. */
const NAMED = 3

/** What is in doubt for all, and for this user. */
export function doubtsOf(
  { usersInDoubt, doubts }: Pick<DirectoryPicture, 'usersInDoubt' | 'doubts'>,
  id: string,
): GroupDoubt {
  const { users, what } = usersInDoubt
  return users.has(id) ? { ...doubts.forAll, scope: what, roles: what } : doubts.forAll
}

/** The plan, of which what a group or a user in doubt asks for needs an admin's word. */
export function askInDoubt(plan: EntityPlan, picture: DirectoryPicture, { knownOf }: UsersPlan): EntityPlan {
  const { change } = plan
  if (!change) return plan
  const about = { present: picture.present.has(change.id), applied: knownOf(change.id).applied }
  const asked = askWhileLost(askConsent(change, doubtsOf(picture, change.id), about), picture)
  return asked === change ? plan : { ...plan, change: asked }
}

/** Why everything that takes something away is asked for: who is kept from it can't be told. The same in each cycle. */
export const UNDONE_LOST = 'what was undone, and is to stay so, can not be read'

/** The change, which needs an admin's word where nobody can read what was undone. */
function askWhileLost(change: Change, { undone }: Pick<DirectoryPicture, 'undone'>): Change {
  const { removal, consent } = change
  if (!undone.isLost || !removal || consent) return change
  return { ...change, consent: { ...removal, cause: `${removal.cause}: ${UNDONE_LOST}` } }
}

/** Ids of the users from whom a plan takes something that needs an admin's approval. */
export function askedOf(changes: readonly Change[]): Set<string> {
  return new Set(
    changes.flatMap(({ kind, id, removal, consent }) => {
      if (!removal || !consent) return []
      return kind === 'membership' ? [membershipSides(id).userId] : kind === 'user' ? [id] : []
    }),
  )
}

/** Why changes of the plan are asked for one by one, when that is for users in doubt. */
export function unreadMemberships(
  { users }: UsersInDoubt,
  { id, directory }: ConnectionConfig,
  asked: ReadonlySet<string>,
): Problem[] {
  const dns = [...users].flatMap(([user, dn]) => (asked.has(user) ? [dn] : [])).sort()
  if (dns.length === 0) return []
  const attribute = String(directory.membership.user)
  const rest = dns.length > NAMED ? ` and ${dns.length - NAMED} more` : ''
  return [
    {
      code: 'MEMBERSHIPS_UNREAD',
      subject: 'connection',
      id: `${id}.memberships`,
      attribute,
      what:
        `People who named groups show no '${attribute}' any more, as far as the bind DN may read: ` +
        `${dns.slice(0, NAMED).join('; ')}${rest}. What would be taken away from them for that is held`,
      todo:
        `Let the bind DN read '${attribute}' of them, or correct directory.membership.user. ` +
        "If they really are in no group any more, approve what is held: see 'provisioner held'",
    },
  ]
}
