import type { CyclePlan } from './cycle-plan.ts'
import type { DirectoryPicture } from './directory-picture.ts'

/**
 * Tells who is in scope. It has the ids alone: a plan that held the whole picture would keep it in memory while it is
 * enacted.
 */
export function scopeTest({ present, presentGroups }: DirectoryPicture): CyclePlan['isInScope'] {
  return (kind, id) => (kind === 'group' ? presentGroups : present).has(id)
}
