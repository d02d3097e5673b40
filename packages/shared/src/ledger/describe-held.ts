import { formatDuration } from '../duration.ts'
import type { GuardMeasure } from './held-change.ts'

/** How far a category goes beyond its limit, in words: `12 of 145; limit 7 in 24 h`. */
export function describeMeasure({ asked, known, limit, used, windowMs }: GuardMeasure): string {
  const before = used > 0 ? `, ${used} of it used` : ''
  return `${asked} of ${known}; limit ${limit} in ${formatDuration(windowMs)}${before}`
}

/** What waits for an admin, by guard category. */
export function describeHeld(category: string, count: number, measure: GuardMeasure | undefined): string {
  const measured = measure ? ` (${describeMeasure(measure)})` : ''
  return `${nameOf(category, count)}${measured} wait for approval`
}

const NAMES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  users: ['removal of a user', 'removals of users'],
  groups: ['removal of a group', 'removals of groups'],
  memberships: ['removal from a group', 'removals from groups'],
  clearings: ['clearing', 'clearings'],
  promotions: ['promotion', 'promotions'],
  updates: ['update', 'updates'],
  creations: ['creation of a user', 'creations of users'],
  adoptions: ['adoption of a team member', 'adoptions of team members'],
  recreations: ['user who was deleted in Zendesk', 'users who were deleted in Zendesk'],
  changes: ['change', 'changes'],
}

function nameOf(category: string, count: number): string {
  const [name = '', attribute] = category.split(':')
  const [one, many] = NAMES[name] ?? [category, category]
  return `${count} ${count === 1 ? one : many}${attribute === undefined ? '' : ` of ${attribute}`}`
}
