import type { PlanDifference, PlannedThing } from '@provisioner/shared/ledger/plan-request.ts'

/**
 * What has changed since a plan was made, of one entry.
 *
 *   how   | the plan  | now                   | says
 *   ------|-----------|-----------------------|-----------------------------------------------------
 *   gone  | any       | –                     | is not asked for any more
 *   new   | –         | any                   | is new
 *   other | released  | held                  | is held now
 *   other | held      | released              | is not held any more
 *   other | held      | held, decided anew    | is rejected by now
 *   other | any       | another operation     | is 'suspend user' now
 *   other | any       | another desired state | asks for other values than then
 *   other | any       | another start         | starts from other values: Zendesk holds something else than then
 */
export function describeDifference({ how, is }: PlanDifference, was: PlannedThing | undefined): string {
  const named = was ?? is
  const what = `${named?.operation ?? 'change'}: ${named?.label ?? ''}`
  const dn = named?.dn ? `  (${named.dn})` : ''
  return `${what} ${reasonOf(how, is, was)}${dn}`
}

function reasonOf(how: PlanDifference['how'], is: PlannedThing | undefined, was: PlannedThing | undefined): string {
  if (how === 'gone') return 'is not asked for any more'
  if (how === 'new' || !is || !was) return is?.state === 'held' ? 'is new, and held' : 'is new'
  if (is.state !== was.state) return is.state === 'held' ? 'is held now' : 'is not held any more'
  if (is.operation !== was.operation) return `is '${is.operation}' now`
  if (is.desired !== was.desired) return 'asks for other values than then'
  return is.state === 'held'
    ? `is ${is.from} by now`
    : 'starts from other values: Zendesk holds something else than then'
}
