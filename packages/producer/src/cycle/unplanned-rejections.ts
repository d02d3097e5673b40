import { membershipSides } from '@provisioner/shared/entity.ts'
import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { parseHeldKey, type HeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import { OFFERED } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord, MembershipRecord } from '@provisioner/shared/ledger/record.ts'
import type { EntityPlan } from '../plan/change.ts'
import { printOfOperation } from '../plan/guarded-parts.ts'
import type { CyclePlan } from './cycle-plan.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import type { GroupsPlan } from './plan-groups.ts'
import type { UsersPlan } from './plan-users.ts'

interface Planned {
  readonly decisions: ReadonlyMap<string, Decision>
  readonly decided: CyclePlan['decided']
  readonly held: CyclePlan['held']
  readonly picture: Pick<DirectoryPicture, 'present' | 'disabled' | 'presentGroups' | 'members'>
  /** As the entries and the ledger ask for them. */
  readonly users: Pick<UsersPlan, 'plans' | 'prints'>
  /** Less what protected users, the last admin and the API's own user are spared. */
  readonly spared: ReadonlyMap<string, EntityPlan>
  readonly groups: Pick<GroupsPlan, 'plans' | 'problems'>
  readonly reader: Pick<LedgerReader, 'records'>
}

/**
 * Keys of the rejections whose change this plan does not have although it may be asked for still: something else stood
 * in its way. They stay, so that what an admin rejected does not go out once that is gone.
 *
 *   the rejected change is of          | and stays while
 *   -----------------------------------|-----------------------------------------------------------------------
 *   a membership to be added           | the directory's group has the member, and Zendesk's does not
 *   a membership to be removed         | Zendesk's group has the member, and the directory's does not
 *   a user or a group, not linked      | the entry is there, and the plan neither creates it nor links it: a
 *                                      | conflict, a protection, a switch of the configuration, no answer yet
 *   a user or a group, linked          | it is switched off, a problem stands in its place, or the user is spared
 *   a user, but for the removal itself | the entry is disabled, or the removal is held
 *   the removal of a user              | another connection has asked for the user
 */
export async function unplannedRejections(planned: Planned): Promise<Set<string>> {
  const { decisions, decided, reader } = planned
  const rejections = [...decisions].flatMap(([key, { decision, print }]) =>
    decision === 'rejected' && !decided.has(key) ? [{ ...parseHeldKey(key), key, print }] : [],
  )
  const removed = new Set(
    planned.held.flatMap(({ key, operation }) => (isRemoval(operation) ? parseHeldKey(key).id : [])),
  )
  const stays = new Set<string>()
  for (const [kind, some] of Map.groupBy(rejections, (one) => one.kind)) {
    const records = await reader.records(
      kind,
      some.map(({ id }) => id),
    )
    some.forEach((one, i) => {
      const isKept =
        kind === 'membership'
          ? isMembershipAsked(one, records[i] as MembershipRecord | undefined, planned)
          : kind === 'group'
            ? isGroupAsked(one, records[i], planned)
            : isUserAsked(one, records[i], planned) || (removed.has(one.id) && !isOfRemoval(one))
      if (isKept) stays.add(one.key)
    })
  }
  return stays
}

const REMOVALS = ['suspend user', 'delete user'] as const

function isRemoval(operation: string): boolean {
  return REMOVALS.some((one) => one === operation)
}

function isOfRemoval({ print }: Rejection): boolean {
  return REMOVALS.some((one) => print === printOfOperation(one))
}

type Rejection = HeldKey & { readonly print: string }

function isMembershipAsked({ id, print }: Rejection, record: MembershipRecord | undefined, { picture }: Planned) {
  const { groupId, userId } = membershipSides(id)
  const isWanted = picture.members.get(groupId)?.has(userId) === true
  const isMember = record?.applied?.presence === 'active'
  return isWanted !== isMember && print === printOfOperation(isWanted ? 'add member' : 'remove member')
}

function isGroupAsked({ id }: Rejection, record: LedgerRecord | undefined, { groups, picture }: Planned): boolean {
  const plan = groups.plans.get(id)
  if (!isLinked(record)) return picture.presentGroups.has(id) && !gives(plan)
  return isStopped(plan) || groups.problems.some((problem) => problem.id === id)
}

function isUserAsked(one: Rejection, record: LedgerRecord | undefined, { users, spared, picture }: Planned) {
  const { id } = one
  const plan = users.plans.get(id)
  if ((picture.disabled.has(id) && !isOfRemoval(one)) || users.prints.get(id) === OFFERED || plan !== spared.get(id))
    return true
  return isLinked(record) ? plan?.switchedOff !== undefined : picture.present.has(id) && !gives(plan)
}

function isLinked(record: LedgerRecord | undefined): boolean {
  return record?.applied != null
}

function gives(plan: EntityPlan | undefined): boolean {
  return plan?.change !== undefined || plan?.link !== undefined
}

/** Whether something kept a change out of the plan of a linked group. */
function isStopped(plan: EntityPlan | undefined): boolean {
  return plan !== undefined && !plan.change && (plan.switchedOff !== undefined || plan.problems.length > 0)
}
