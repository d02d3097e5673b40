import { formatDuration } from '../duration.ts'
import { formatTime } from '../format-time.ts'
import type { Problem } from '../problem.ts'
import type { FirstPlan } from './cycle-state.ts'
import type { Decision } from './decision.ts'
import type { GuardMeasure } from './held-change.ts'

/** How far a category goes beyond its limit, in words: `12 of 145; limit 7 in 24 h`. */
export function describeMeasure({ asked, known, limit, used, windowMs }: GuardMeasure): string {
  const before = used > 0 ? `, ${used} of it used` : ''
  return `${asked} of ${known}; limit ${limit} in ${formatDuration(windowMs)}${before}`
}

/**
 * Held changes of one category, with how far it goes beyond its limit:
 * `12 removals of users (12 of 145; limit 7 in 24 h)`.
 */
export function describeCategory(category: string, count: number, measure: GuardMeasure | undefined): string {
  return `${describeCount(category, count)}${measure ? ` (${describeMeasure(measure)})` : ''}`
}

/** What waits for an admin, by guard category. */
export function describeHeld(category: string, count: number, measure: GuardMeasure | undefined): string {
  return `${describeCategory(category, count, measure)} wait for approval`
}

/** What approving a first plan would do, in words: `3 × link existing, 20 × create user`. */
export function describeFirstPlan({ adopted, changes }: FirstPlan): string {
  const counts = { ...(adopted > 0 && { 'link existing': adopted }), ...changes }
  return (
    Object.entries(counts)
      .map(([operation, count]) => `${count} × ${operation}`)
      .join(', ') || 'no changes'
  )
}

/** Whether there is nothing in a first plan that anybody could look at. */
export function isEmptyPlan({ adopted, changes, undecided }: FirstPlan): boolean {
  return adopted === 0 && Object.keys(changes).length === 0 && Object.keys(undecided).length === 0
}

/** A first plan that waits, as the problem that it is. */
export function firstPlanWaits(plan: FirstPlan, connection: string): Problem {
  const about = { code: 'FIRST_PLAN_WAITS', subject: 'connection', id: connection } as const
  if (isEmptyPlan(plan))
    return {
      ...about,
      what: "The first plan is empty, nobody would be created, linked or changed, and so it can't be approved yet",
      todo: `See what 'provisioner problems ${connection}' and 'provisioner explain NAME' say of whom you expect in it`,
    }
  return {
    ...about,
    what: `The first plan waits for approval: ${describeFirstPlan(plan)}`,
    todo: `Look at it with 'provisioner plan ${connection}', then 'provisioner approve ${connection}'`,
  }
}

/** Who decided what, when, and why: `rejected by ada@host, 2026-11-28 09:00:00 UTC: on parental leave`. */
export function describeDecision({ decision, by, at, reason }: Omit<Decision, 'print'>): string {
  return `${decision} by ${by}, ${formatTime(at)}${reason ? `: ${reason}` : ''}`
}

const NAMES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  users: ['removal of a user', 'removals of users'],
  groups: ['deletion of a group', 'deletions of groups'],
  memberships: ['member taken out of a group', 'members taken out of groups'],
  clearings: ['clearing', 'clearings'],
  promotions: ['promotion', 'promotions'],
  updates: ['update', 'updates'],
  creations: ['creation of a user', 'creations of users'],
  adoptions: ['adoption of a team member', 'adoptions of team members'],
  recreations: ['user who was deleted in Zendesk', 'users who were deleted in Zendesk'],
  changes: ['other change', 'other changes'],
}

/** The guard's categories, less the attribute that some of them name after a colon. */
export const GUARD_CATEGORIES = Object.keys(NAMES)

/** `3 clearings of phone` */
export function describeCount(category: string, count: number): string {
  const [name = '', attribute] = category.split(':')
  const [one, many] = NAMES[name] ?? [category, category]
  return `${count} ${count === 1 ? one : many}${attribute === undefined ? '' : ` of ${attribute}`}`
}
