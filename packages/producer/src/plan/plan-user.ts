import { isRefusedForTickets } from '@provisioner/shared/admin-refusals.ts'
import { fingerprint, type DesiredUser, type UserAttributes } from '@provisioner/shared/desired.ts'
import type { Entitlements } from '@provisioner/shared/ledger/entitlements.ts'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { isLowerRole } from '@provisioner/shared/role-rank.ts'
import type { Change, Consent, EntityPlan } from './change.ts'
import { changedAttributes, isEmpty, valueOf } from '@provisioner/shared/changed-attributes.ts'
import { chooseValues, holdingsOf } from './choose-values.ts'
import { desiredAttributes, desiredForCreation } from './desired-user.ts'
import { externalIdDiffers, suspendedByHand } from './user-problems.ts'
import { givenBack, seatAtLeast, unmapped, withEntitlements } from './give-back-seat.ts'
import { HAS_TICKETS, isErased, takenBack, planRemoval, unconfirmedOf, waits } from './plan-removal.ts'
import type { UserPolicy } from './user-policy.ts'
import type { WantedUser } from './wanted-user.ts'
import { policyOf, UNDONE } from './with-kept.ts'

/** A user of Zendesk that a look-up found for an entry that is not linked yet. */
export interface FoundUser {
  readonly zendeskId: number
  readonly applied: AppliedUser
  /** What the user is called in Zendesk. */
  readonly name?: string | null | undefined
  /** When the user signed in last, as Zendesk writes it; null for never. */
  readonly lastLoginAt: string | null
  /** The entry that has the user and has left: the user is taken over from it, with what we know of them. */
  readonly from?: {
    readonly connection: string
    readonly id: string
    readonly suspendedByUs: boolean
    readonly origin: 'created' | 'adopted'
  }
}

/**
 * What a user's entry, and the ledger, ask for.
 *
 *   directory | ledger, Zendesk              | change
 *   ----------|------------------------------|-----------------------------------------------
 *   active    | unknown, not in Zendesk      | create
 *   active    | gone in Zendesk, not found   | `goneInZendesk`: create once it is approved, at once, or never
 *   active    | unknown, found in Zendesk    | link; update what differs
 *   active    | linked                       | update what differs, or none
 *   active    | suspended by us, or before   | restore, and update what differs
 *             | that was undone              |
 *   active    | of an entry that has left    | take over: link, restore, update; its external id is rewritten
 *   active    | suspended by somebody else   | stays suspended; update what differs; reported
 *   unknown   | linked                       | update what differs; presence stays as it is, or as it was released
 *   disabled  | unknown, not in Zendesk      | none; with provisionDisabled: create suspended
 *   disabled  | gone in Zendesk, not found   | none; with provisionDisabled: as if active, suspended
 *   disabled  | found or linked              | link; `remove.disabled`
 *   absent    | linked                       | `remove` by cause
 *   absent    | creation still waiting       | the creation is taken back
 *   absent    | gone in Zendesk              | none: should the entry be back, it is known
 *   absent    | refused: the last admin      | `remove`, planned anew
 */
export function planUser(
  input: {
    wanted: WantedUser
    record: UserRecord | undefined
    found: FoundUser | undefined
    /** What they had before they lost their seat. */
    entitlements?: Entitlements | undefined
  },
  policyOfAll: UserPolicy,
): EntityPlan {
  const { record, found } = input
  const policy = policyOf(input.wanted, policyOfAll)
  const wanted = chooseValues(input.wanted, found ? [found.applied.attributes] : holdingsOf(record))
  const isUndone = found?.applied.presence === 'suspended' && wasUndoneSince(wanted, undefined)
  const link = found && {
    kind: 'user' as const,
    id: wanted.id,
    dn: wanted.dn,
    label: wanted.email,
    zendeskId: found.zendeskId,
    applied: found.applied,
    suspendedByUs: found.from?.suspendedByUs ?? isUndone,
    ...(found.from && { origin: found.from.origin, from: { connection: found.from.connection, id: found.from.id } }),
    inSync: null,
  }
  const held = found?.applied ?? record?.applied ?? null
  if (held === null) return planUnknownUser(wanted, record, policy)

  const about = { kind: 'user' as const, id: wanted.id, dn: wanted.dn, label: wanted.email }
  if (wanted.disabled === true) {
    const removal = { ...about, cause: 'disabled' as const, applied: held, record: found ? undefined : record }
    const plan = asUndone(planRemoval(removal, policy), wanted)
    return withLink(found ? identified(plan, wanted) : plan, link, held)
  }

  const isUnsure = wanted.disabled === 'unknown' && !found
  if (isUnsure && waits(record) && record.desired?.presence !== held.presence) return { problems: [] }
  const adopting = found !== undefined || (record?.origin === 'adopted' && record.appliedRevision === 0)
  const adopted = found !== undefined || record?.origin === 'adopted'
  const isKnown = (found ? found.from?.suspendedByUs : record?.suspendedByUs) === true
  const ours = isKnown || wasUndoneSince(wanted, found ? undefined : record)
  const restoring = held.presence === 'suspended' && ours && wanted.disabled === false
  const isBack = !found && wanted.disabled === false && (restoring || held.presence === 'active')
  const now = isBack ? seatAtLeast(held.attributes, record) : held.attributes
  const before = isBack ? withEntitlements(now, input.entitlements, policy) : now
  const planned = desiredAttributes(wanted, before, policy, { adopting, adopted })
  const { cleared, externalIdKept } = planned
  const attributes = givenBack(planned.attributes, before, now)
  const problems: Problem[] = []
  if (externalIdKept) problems.push(externalIdDiffers(wanted, held))
  if (held.presence === 'suspended' && !ours) problems.push(suspendedByHand(wanted))

  const lowers = isLowerRole(attributes['role'], now['role'])
  const known = lowers && !found ? record : undefined
  const hasTickets = policy.holdsTickets && known !== undefined && isRefusedForTickets(known)
  const isApproved = waits(known) && known.desired?.despiteTickets === true
  const desired: DesiredUser = {
    presence: restoring ? 'active' : held.presence,
    attributes,
    createOnly: wanted.createOnly,
    tagsMode: wanted.tagsMode,
    ...unmapped(attributes, planned.attributes),
    ...((hasTickets || isApproved) && { despiteTickets: true }),
  }
  const isWanted = (name: string) => name === 'suspended' || valueOf(attributes, name) !== undefined
  const unconfirmed = found ? [] : unconfirmedOf(record).filter(isWanted)
  const changed = [...new Set([...changedAttributes(attributes, now), ...unconfirmed])].sort()
  if (changed.length === 0 && !restoring && !isSuperseding(desired, found ? undefined : record))
    return withLink({ problems }, link, held, desired)
  if (!policy.actions.update)
    return withLink({ switchedOff: restoring ? 'restore user' : 'update user', problems }, link, held)
  const change: Change = {
    ...about,
    operation: restoring ? 'restore user' : 'update user',
    desired,
    changed: restoring ? ['suspended', ...changed] : changed,
    cleared: cleared.filter((name) => changed.includes(name)),
    ...(wanted.awaited && { awaited: wanted.awaited }),
    ...(lowers && {
      removal: { category: 'users' as const, cause: `role lowered from ${String(held.attributes['role'])}` },
    }),
    ...(hasTickets && { consent: { category: 'users' as const, cause: HAS_TICKETS } }),
  }
  return withLink({ change, problems }, link, held)
}

/** An admin undid what they were suspended by, and nothing was written since: who suspended them is told by that. */
function wasUndoneSince({ keptActiveSince }: WantedUser, record: UserRecord | undefined): boolean {
  return keptActiveSince !== undefined && (record?.appliedRevision ?? 0) <= keptActiveSince
}

function planUnknownUser(wanted: WantedUser, record: UserRecord | undefined, policy: UserPolicy): EntityPlan {
  const about = { kind: 'user' as const, id: wanted.id, dn: wanted.dn, label: wanted.email }
  const goneSince = record?.goneSince ?? null
  if (wanted.disabled === true && !policy.provisionDisabled)
    return !isErased(record) && record?.desired?.presence === 'active'
      ? { change: takenBack(about, policy.remove.disabled), problems: [] }
      : { problems: [] }
  if (wanted.disabled === 'unknown') return { problems: [] }
  if (!policy.actions.create || (goneSince !== null && policy.goneInZendesk === 'leave'))
    return { switchedOff: 'create user', problems: [] }
  const desired = desiredForCreation(wanted, wanted.disabled ? 'suspended' : 'active')
  return {
    change: {
      ...about,
      operation: 'create user',
      desired,
      changed: namesOf(desired.attributes),
      cleared: NOTHING,
      ...(goneSince !== null && policy.goneInZendesk === 'ask' && { consent: recreation(goneSince) }),
    },
    problems: NOTHING,
  }
}

const NOTHING: readonly never[] = []

/** Lists of names by what they say: a first load has one for each of a hundred thousand, and two or three differ. */
const lists = new Map<string, readonly string[]>()
const LISTS_KEPT = 100

function namesOf(attributes: UserAttributes): readonly string[] {
  const names = Object.keys(attributes).sort()
  const key = JSON.stringify(names)
  const known = lists.get(key)
  if (known === undefined && lists.size < LISTS_KEPT) lists.set(key, names)
  return known ?? names
}

/** A user who was erased on purpose comes back only when an admin says so. */
function recreation(goneSince: number): Consent {
  const noticed = new Date(goneSince).toISOString().slice(0, 10)
  return { category: 'recreations', cause: `deleted in Zendesk, noticed ${noticed}`, about: 'deleted in Zendesk' }
}

/** Whose suspension was kept by an admin is told to go for that, and has no time by `users.removeAfter`. */
function asUndone(plan: EntityPlan, { undone }: WantedUser): EntityPlan {
  const { change } = plan
  if (!change?.removal || !undone?.includes('presence')) return plan
  return { ...plan, change: { ...change, removal: { ...change.removal, cause: UNDONE } } }
}

/**
 * A suspension that comes with the link carries the external id as well, so that a lost ledger finds the user again.
 */
function identified(plan: EntityPlan, wanted: WantedUser): EntityPlan {
  const { change } = plan
  const externalId = wanted.attributes['external_id']
  if (change?.operation !== 'suspend user' || isEmpty(externalId)) return plan
  const desired = change.desired as DesiredUser
  if (!isEmpty(desired.attributes['external_id'])) return plan
  const attributes = { ...desired.attributes, external_id: externalId! }
  return {
    ...plan,
    change: { ...change, changed: [...change.changed, 'external_id'], desired: { ...desired, attributes } },
  }
}

/** True when something else than `desired` was released and is still to be written: it must not be. */
function isSuperseding(desired: DesiredUser, record: UserRecord | undefined): boolean {
  return waits(record) && record.desired !== null && fingerprint(desired) !== fingerprint(record.desired)
}

/** A link goes with its plan; when nothing differs, what Zendesk holds is recorded as released and applied at once. */
function withLink(plan: EntityPlan, link: EntityPlan['link'], held: AppliedUser, inSync?: DesiredUser): EntityPlan {
  if (!link) return plan
  const quiet = !plan.change && !plan.switchedOff
  const desired: DesiredUser = inSync ?? {
    presence: held.presence,
    attributes: held.attributes,
    createOnly: [],
    tagsMode: 'merge',
  }
  return { ...plan, link: { ...link, inSync: quiet ? desired : null } }
}
