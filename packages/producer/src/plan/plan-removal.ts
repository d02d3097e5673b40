import { isRefusedForAdmin, isRefusedForTickets } from '@provisioner/shared/admin-refusals.ts'
import { changedAttributes } from '@provisioner/shared/changed-attributes.ts'
import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Change, EntityPlan } from './change.ts'
import { freeSeat } from './free-seat.ts'
import type { UserPolicy } from './user-policy.ts'
import type { RemovalCause } from './wanted-user.ts'

/** Why the removal of somebody is asked for of whom the ledger learned from Zendesk alone. */
const NO_ENTRY = 'no entry has this external id'

/** Why the deletion of somebody is asked for who has left before, and was seen elsewhere then. */
const SEEN_NO_MORE = 'left the scope before, and is not seen any more'

/** Why a removal is asked for where `users.remove.tickets` is `hold`. */
export const HAS_TICKETS = 'has open tickets'

/**
 * A creation that has not been written and is no longer wanted. Not a removal: nobody loses what they never had. Should
 * it have been carried out all the same, its answer being lost, the user goes the way of all who leave.
 */
export function takenBack(
  about: { kind: 'user'; id: string; dn: string; label: string },
  action: 'suspend' | 'delete' | 'ignore',
): Change {
  const presence = action === 'delete' ? 'deleted' : 'suspended'
  const desired: DesiredUser = { presence, attributes: {}, createOnly: [], tagsMode: 'merge' }
  const isDeletion = presence === 'deleted'
  return {
    ...about,
    operation: isDeletion ? 'delete user' : 'suspend user',
    desired,
    changed: isDeletion ? [] : ['suspended'],
    cleared: [],
  }
}

/** What happens to a linked user who is to lose access, or whose creation is to be taken back. */
export function planRemoval(
  {
    cause,
    applied,
    record,
    hasLeft = false,
    ...about
  }: {
    kind: 'user'
    id: string
    dn: string
    label: string
    cause: RemovalCause
    applied: AppliedUser | null
    record: UserRecord | undefined
    /** Whether their leaving was answered before: what has come since may be a rule that hides them. */
    hasLeft?: boolean
  },
  policy: UserPolicy,
): EntityPlan {
  const action = policy.remove[cause]
  if (applied === null && isErased(record) && action !== 'delete') return { problems: [] }
  if (applied === null && action === 'ignore' && !waits(record)) return { switchedOff: 'suspend user', problems: [] }
  if (applied === null) return { change: takenBack(about, action), problems: [] }
  if (action === 'ignore') return { switchedOff: 'suspend user', problems: [] }
  const target = action === 'delete' ? ('deleted' as const) : ('suspended' as const)
  const unconfirmed = unconfirmedOf(record)
  // whom somebody else has suspended is theirs, with the seat
  const isOurs = applied.presence === 'active' || record?.suspendedByUs === true
  const held = record?.unconfirmed.includes('role') ? { ...applied.attributes, role: 'agent' } : applied.attributes
  const freed = target === 'suspended' && isOurs ? freeSeat(held, policy.agents[cause], policy.lightAgentRole) : {}
  const seat = changedAttributes(freed, held)
  const isReleased =
    waits(record) &&
    record.desired?.presence === target &&
    changedAttributes(freed, record.desired.attributes).length === 0 &&
    !isRefusedForAdmin(record)
  const isThere = applied.presence === target && (record?.desired?.presence ?? target) === target && seat.length === 0
  if (isReleased || (isThere && !unconfirmed.includes('suspended'))) return { problems: [] }
  const hasTickets = policy.holdsTickets && record !== undefined && isRefusedForTickets(record)
  const desired: DesiredUser = {
    presence: target,
    attributes: { ...applied.attributes, ...freed },
    createOnly: [],
    tagsMode: record?.desired?.tagsMode ?? 'merge',
    ...(hasTickets && { despiteTickets: true }),
  }
  const operation = action === 'delete' ? 'delete user' : 'suspend user'
  const removal = { category: 'users' as const, cause: cause === 'outOfScope' ? 'out of scope' : cause }
  const changed = action === 'delete' ? [] : [...seat, 'suspended']
  const isFromZendesk = record !== undefined && isFoundAlone(record)
  const asked = isFromZendesk
    ? NO_ENTRY
    : hasLeft && action === 'delete'
      ? SEEN_NO_MORE
      : hasTickets
        ? HAS_TICKETS
        : undefined
  const consent = asked === undefined ? undefined : { category: 'users' as const, cause: asked }
  return {
    change: {
      ...about,
      operation,
      desired,
      changed,
      cleared: [],
      // who has lost the access already loses nothing
      ...(!isThere && { removal, ...(consent && { consent }) }),
    },
    problems: [],
  }
}

/**
 * Whether the ledger learned of the user from Zendesk alone: another system may have written such an external id, and
 * so each is asked for. Of whom a worker told that it made them, we know.
 */
export function isFoundAlone({ dn, origin, creationSent }: UserRecord): boolean {
  return dn === '' && origin !== 'created' && creationSent === null
}

/** Whether Zendesk has the user no more and nothing waits to be written: there is nothing to be taken away, or back. */
export function isErased(record: UserRecord | undefined): boolean {
  return record?.goneSince != null && !waits(record)
}

/**
 * Names whose value in Zendesk nobody knows, though nothing waits to be written: Redis forgot what was sent. They are
 * to be written once more.
 */
export function unconfirmedOf(record: UserRecord | undefined): readonly string[] {
  const isWaiting: boolean = waits(record)
  return isWaiting ? [] : (record?.unconfirmed ?? [])
}

/** Whether a released state is still to be written. */
export function waits(record: UserRecord | undefined): record is UserRecord {
  return record !== undefined && record.revision > record.appliedRevision
}
