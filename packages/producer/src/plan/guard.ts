import type { Decision } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { GuardCategory, GuardMeasure, HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import type { Change, EntityPlan } from './change.ts'
import { allowed, limitOf, type GuardLimits } from './guard-limits.ts'
import { isSameAs, partsOf, withoutAttributes, type Part, type Subject } from './guarded-parts.ts'
import type { Shown } from './shown-values.ts'

export interface GuardInput {
  readonly plans: readonly EntityPlan[]
  readonly limits: GuardLimits
  /** How many of each kind Zendesk held under our care before this plan. */
  readonly known: Readonly<Record<'users' | 'groups' | 'memberships', number>>
  /** What was released inside the window already, by category. */
  readonly used: ReadonlyMap<string, number>
  /** What is held at present. */
  readonly held: readonly HeldChange[]
  /** What may be held although `held` does not have it. */
  readonly mayBeHeld?: (change: Pick<HeldChange, 'key' | 'category'>) => boolean
  /** What admins decided, by the key of the held change. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** How many of a category an approved first plan covers. */
  readonly approvedFirst: (category: GuardCategory) => number
  /** What is known of the user of a change, before the change. */
  readonly subjectOf: (userId: string) => Subject
  readonly shown: Shown
  /** The first plan waits: nothing passes but what was approved by name. */
  readonly holdsAll?: boolean
  readonly now: number
}

/** What of a plan passes, and what does not. */
export interface Sorted {
  readonly released: Change[]
  readonly links: Link[]
  readonly held: HeldChange[]
  /** Released changes that count in the window from now on, less those that an admin approved, in whichever way. */
  readonly counted: { category: GuardCategory; change: Change }[]
  /** Keys of the approvals that what passes rests on. */
  readonly approvals: { key: string; of: Change | Link }[]
}

export interface Guarded extends Sorted {
  /** Set while the first plan waits: what would pass if everything undecided were approved. */
  readonly ifApproved: Sorted | undefined
  /** How far the categories that hold something go beyond their limits. */
  readonly measures: Readonly<Record<string, GuardMeasure>>
  /** How much of each limited category the plan asks for: what approving a first plan covers. */
  readonly asked: Readonly<Record<string, number>>
  /** What the decisions are about, by key: all decisions but these have nothing left to decide. */
  readonly decided: ReadonlyMap<string, HeldChange>
}

/**
 * Keeps back what is more than a healthy directory ever asks for.
 *
 *   category       | counted                                     | share of    | beyond its limit, or always
 *   ---------------|---------------------------------------------|-------------|----------------------------
 *   users          | suspensions, deletions, downgrades          | users       | beyond
 *   groups         | deletions                                   | groups      | beyond
 *   memberships    | removals of members                         | memberships | beyond
 *   clearings:NAME | users whose attribute is emptied            | users       | beyond
 *   promotions     | users made agent or admin, new admins,      | users       | beyond
 *                  | users given another custom role             |             |
 *   updates:NAME   | linked users whose attribute changes        | users       | beyond
 *   creations      | other new users                             | users       | beyond, if there is a limit
 *   adoptions      | team members whom an entry would take over; | –           | always
 *                  | another name or address for an admin        |             |
 *   recreations    | users who were deleted in Zendesk           | –           | always
 *   changes        | everything else, with lookup fields that    | –           | never
 *                  | have only waited for their user's link      |             |
 *
 * Per category: allowed = max(min, floor(share × known)) − used in the window. When what a plan asks of a category
 * exceeds what is allowed, *all* of it is held: a fault is not let through up to the limit. Approved changes pass and
 * count for nothing; rejected ones stay held, of whatever category. What was released before and only waits is not
 * asked again. What is held stays held until somebody decides on it or nobody asks for it any more: a decision on some
 * of it, or time, must not let the rest through. While the first plan waits, everything that nobody has decided on is
 * held. A member is added when nothing of the user or the group is kept back that it needs, and nobody is removed from
 * a group that is not linked.
 */
export function guard(input: GuardInput): Guarded {
  const { plans, decisions } = input
  const entries = plans.map((plan) => ({ plan, parts: partsFor(plan, input).filter((part) => matters(part, input)) }))
  const open = countOpen(entries, input)
  const measures = measuresOf(open, input)
  const asHeld = heldAs(input)
  const heldBefore = new Map(input.held.map((change) => [change.key, change]))
  const isHeldStill = (part: Part) =>
    isCounted(part, input) &&
    !isCovered(part, input) &&
    (isSameAs(part, heldBefore.get(part.key)) || input.mayBeHeld?.(part) === true)
  const decided = entries.flatMap(({ parts }) => parts.filter((part) => decisionOn(part, decisions)))
  const isRejected = (part: Part) => decisionOn(part, decisions)?.decision === 'rejected'
  return {
    ...sortOut(entries, (part) => holds(part, measures, input) || isHeldStill(part), asHeld, input),
    ifApproved: input.holdsAll ? sortOut(entries, isRejected, asHeld, input) : undefined,
    measures: Object.fromEntries(measures),
    asked: Object.fromEntries(open),
    decided: new Map(decided.map((part) => [part.key, asHeld(part)])),
  }
}

function sortOut(
  entries: readonly { readonly plan: EntityPlan; readonly parts: readonly Part[] }[],
  isHeld: (part: Part) => boolean,
  asHeld: (part: Part) => HeldChange,
  input: GuardInput,
): Sorted {
  const result: Sorted = { released: [], links: [], held: [], counted: [], approvals: [] }
  const { counted, approvals } = result
  const keptOut = new Set<string>()
  for (const { plan, parts } of entries) {
    const kept = parts.filter(isHeld)
    result.held.push(...kept.map(asHeld))
    const entity = plan.change ?? plan.link
    if (entity && isKeptOut(plan, kept, input)) keptOut.add(formatEntityMember(entity))
    if (kept.some(({ names }) => names === 'link')) continue
    const approved = parts.filter((part) => decisionOn(part, input.decisions)?.decision === 'approved')
    if (plan.link) result.links.push(plan.link)
    for (const { key, names } of approved) if (plan.link && names === 'link') approvals.push({ key, of: plan.link })
    if (!plan.change || kept.some(({ names }) => names === undefined)) continue
    const names = kept.flatMap((part) => (Array.isArray(part.names) ? part.names : []))
    const change = withoutAttributes(plan.change, names, input.subjectOf(plan.change.id).applied)
    if (!change) continue
    result.released.push(change)
    for (const { key, names } of approved) if (names !== 'link') approvals.push({ key, of: change })
    for (const part of parts)
      if (!kept.includes(part) && isCounted(part, input) && !isCovered(part, input))
        counted.push({ category: part.category, change })
  }
  return {
    ...result,
    released: result.released.filter((change) => !waitsFor(change, keptOut)),
    links: result.links.filter((link) => !waitsFor(link, keptOut)),
  }
}

function heldAs({ held, now }: GuardInput): (part: Part) => HeldChange {
  const since = new Map(held.map((change) => [change.key, change.since]))
  return ({ consent: _consent, names: _names, basis, ...part }) => ({
    ...part,
    print: fingerprint(basis),
    since: since.get(part.key) ?? now,
  })
}

function partsFor(plan: EntityPlan, { subjectOf, shown }: GuardInput): Part[] {
  const user = plan.change?.kind === 'user' ? plan.change : undefined
  return partsOf(plan, user ? subjectOf(user.id) : NOBODY, shown)
}

/** Whether anything can come of a part: a first load has a hundred thousand of which nothing can. */
function matters({ key, category, consent }: Part, { limits, decisions, holdsAll }: GuardInput): boolean {
  return holdsAll === true || consent || decisions.has(key) || limitOf(category, limits) !== undefined
}

const NOBODY: Subject = { applied: {}, privileged: false }

/** Changes that nobody has decided on, by the categories that have a limit. */
function countOpen(entries: readonly { readonly parts: readonly Part[] }[], input: GuardInput) {
  const open = new Map<GuardCategory, number>()
  for (const { parts } of entries)
    for (const part of parts) if (isCounted(part, input)) open.set(part.category, (open.get(part.category) ?? 0) + 1)
  return open
}

/** Whether the part is one of those that are counted: of a limited category, and not decided on. */
function isCounted(part: Part, { limits, decisions }: GuardInput): boolean {
  return !part.consent && limitOf(part.category, limits) !== undefined && decisionOn(part, decisions) === undefined
}

/** Whether an approved first plan lets the part through. */
function isCovered({ category }: Part, { approvedFirst }: GuardInput): boolean {
  return approvedFirst(category) > 0
}

/** The categories that go beyond what is allowed. */
function measuresOf(open: ReadonlyMap<GuardCategory, number>, input: GuardInput): Map<GuardCategory, GuardMeasure> {
  const measures = new Map<GuardCategory, GuardMeasure>()
  for (const [category, asked] of open) {
    const known = input.known[category === 'groups' || category === 'memberships' ? category : 'users']
    const limit = allowed(limitOf(category, input.limits)!, known)
    const used = input.used.get(category) ?? 0
    if (asked > Math.max(limit - used, input.approvedFirst(category)))
      measures.set(category, { asked, known, limit, used, windowMs: input.limits.window })
  }
  return measures
}

/** Whether an entity is not what the plan wants it to be as long as these are held, so that no member can be added. */
function isKeptOut({ change }: EntityPlan, kept: readonly Part[], { subjectOf }: GuardInput): boolean {
  return kept.some(
    ({ names, category }) =>
      names === 'link' ||
      (names === undefined && (change?.operation === 'create user' || change?.operation === 'create group')) ||
      (category === 'promotions' && change !== undefined && !isTeamRole(subjectOf(change.id).applied['role'])),
  )
}

function waitsFor(one: Change | Link, keptOut: ReadonlySet<string>): boolean {
  if (keptOut.size === 0 || one.kind !== 'membership') return false
  const { groupId, userId } = membershipSides(one.id)
  const user = 'operation' in one && one.operation !== 'add member' ? [] : [{ kind: 'user' as const, id: userId }]
  return [{ kind: 'group' as const, id: groupId }, ...user].some((side) => keptOut.has(formatEntityMember(side)))
}

/** Whether the plan's link is kept back: an admin rejected it, or it wants a word that nobody has given. */
export function isLinkHeld(plan: EntityPlan, decisions: ReadonlyMap<string, Decision>): boolean {
  const { link, consent } = plan
  if (!link) return false
  const [part] = partsOf({ link, ...(consent && { consent }), problems: [] }, NOBODY)
  return part !== undefined && holds(part, new Map(), { decisions })
}

/** Whether a part is kept back: by an admin's word, for want of one, or with all others of its category. */
function holds(
  part: Part,
  measures: ReadonlyMap<GuardCategory, GuardMeasure>,
  { decisions, holdsAll = false }: Pick<GuardInput, 'decisions' | 'holdsAll'>,
): boolean {
  const decision = decisionOn(part, decisions)
  if (decision) return decision.decision === 'rejected'
  return holdsAll || part.consent || measures.has(part.category)
}

/** An admin's decision on this part, and not on another state of the same entity. */
function decisionOn({ key, basis }: Part, decisions: ReadonlyMap<string, Decision>): Decision | undefined {
  const decision = decisions.get(key)
  return decision?.print === (decision && fingerprint(basis)) ? decision : undefined
}
