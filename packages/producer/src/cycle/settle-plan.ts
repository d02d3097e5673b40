import { decisionOn } from '@provisioner/shared/ledger/decision.ts'
import { isHeldOneByOne } from '@provisioner/shared/ledger/held-change.ts'
import { HeldDecisions, type Decider } from '@provisioner/shared/ledger/held-decisions.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { comparePlans, entityOf, type PlanOutcome, type PlanRequest } from '@provisioner/shared/ledger/plan-request.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { firstPlanOf } from './first-plan.ts'
import { onlyThese } from './only-these.ts'
import type { PlanSources } from './plan-sources.ts'
import { doneOf, thingsOf } from './things-of-plan.ts'

/** A plan as a cycle has made it, before anything of it is written. */
export interface MadePlan {
  readonly plan: CyclePlan
  /** Plans once more, from the same entries and answers, with what admins have decided by now. */
  readonly again: () => Promise<CyclePlan>
  readonly ledger: CycleLedger
}

/** What of a plan is carried out: undefined for nothing at all. */
export type Settled = { readonly plan: CyclePlan; readonly leftOut: number } | undefined

/** A plan that is to be compared with one that was asked for. */
export interface ComparedPlan extends MadePlan {
  /** Notes with the request what is about to be approved, for whoever carries it on. */
  readonly note: (approved: readonly string[]) => Promise<void>
}

/**
 * Compares a plan with the one that is to be carried out, and takes what both have. Where anything differs, that is
 * nothing, unless the request is for a part; of a first plan that waits there is no part. What is held is approved once
 * it is known that the plan is carried out. What a producer that ended has approved is no difference, and what came
 * with that stops nothing: it is left out.
 */
export async function settlePlan(
  { connection, redis, reader }: Pick<PlanSources, 'connection' | 'redis' | 'reader'>,
  request: PlanRequest,
  { plan, again, ledger, note }: ComparedPlan,
): Promise<{ settled: Settled; outcome: PlanOutcome }> {
  const now = await thingsOf(plan, reader)
  const before = approvedBefore(request, plan)
  const isAsked = ({ key }: { key: string }) => !before.has(entityOf(key))
  const asked = request.things.filter(isAsked)
  const keys = new Set(now.map(({ key }) => key))
  const missing = asked.filter(({ key }) => !keys.has(key))
  const { same, ...compared } = comparePlans(asked, now.filter(isAsked), await doneOf(missing, reader))
  const isFirst = plan.ifApproved !== undefined
  const isCarriedOn = request.approved !== undefined && !isFirst
  const stops = isCarriedOn ? compared.differences.some(({ how }) => how !== 'new') : compared.count > 0
  if (stops && (!request.isPartial || isFirst))
    return { settled: undefined, outcome: { status: 'stale', ...compared, approved: before.size } }
  const outcome = { status: 'carried out', ...compared } as const
  const notSame = new Set(
    now.filter((one) => one.state !== 'held' && isAsked(one) && !same.has(one.key)).map(({ key }) => entityOf(key)),
  )
  if (request.approve === null || !(isFirst || plan.held.length > 0))
    return {
      settled: onlyThese(plan, (member) => !notSame.has(member)),
      outcome: { ...outcome, approved: before.size },
    }

  const decisions = new HeldDecisions(redis, connectionName(connection))
  const approved = await approve(decisions, { plan, same, ledger, note }, request.approve, request.approved)
  const after = await again()
  // Nothing else may have come into it with the approvals.
  const known = new Map(now.map((thing) => [thing.key, `${thing.desired} ${thing.from}`]))
  const grown = (await thingsOf(after, reader)).filter(({ key, state, desired, from }) => {
    const isKnown = known.get(key) === `${desired} ${from}` && !notSame.has(entityOf(key))
    return state !== 'held' && !isKnown && !approved.has(entityOf(key))
  })
  const kept = new Set(grown.map(({ key }) => entityOf(key)))
  return {
    settled: onlyThese(after, (member) => !kept.has(member)),
    outcome: { ...outcome, approved: approved.size + before.size },
  }
}

/** Those of whom a producer that ended has approved what was held, as `kind|id`; not who waits still. */
function approvedBefore({ approved = [] }: PlanRequest, { held, decisions }: CyclePlan): Set<string> {
  const waiting = held.filter((change) => decisionOn(decisions, change) === undefined)
  const isWaiting = new Set(waiting.map(({ key }) => key))
  return new Set(approved.filter((key) => !isWaiting.has(key)).map(entityOf))
}

/** Approves what is held and was in the plan; returns what that is about, as `kind|id`. */
async function approve(
  decisions: HeldDecisions,
  { plan, same, ledger, note }: Omit<ComparedPlan, 'again'> & { readonly same: ReadonlySet<string> },
  decider: Decider,
  approved: readonly string[] = [],
): Promise<Set<string>> {
  const first = firstPlanOf(plan, decider.at)
  const chosen = plan.held
    .filter(({ key, category }) => (first ? isHeldOneByOne(category) : same.has(key)))
    .map((change) => ({ ...change, decision: decisionOn(plan.decisions, change) }))
    .filter(({ decision }) => decision === undefined)
  await note([...new Set([...approved, ...chosen.map(({ key }) => key)])])
  // it may be the first cycle that has seen it
  if (first) await ledger.notes.awaitApproval(first)
  const decided = first
    ? await decisions.approveFirstPlan('approve', first, chosen, decider)
    : await decisions.decide('approve', chosen, decider)
  // on the others somebody else has decided meanwhile
  return new Set(decided?.done.map(({ key }) => entityOf(key)))
}
