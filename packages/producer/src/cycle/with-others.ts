import type { EntityPlan } from '../plan/change.ts'

/** The plans, with some in the place of others; all of them, as most are of a first load, are no copy. */
export function withOthers(
  plans: ReadonlyMap<string, EntityPlan>,
  others: Iterable<readonly [string, EntityPlan]>,
): ReadonlyMap<string, EntityPlan> {
  const changed = [...others].filter(([id, plan]) => plans.get(id) !== plan)
  return changed.length === 0 ? plans : new Map([...plans, ...changed])
}
