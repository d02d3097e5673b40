import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Change, EntityPlan } from '../plan/change.ts'
import { countBy } from './cycle-plan.ts'
import type { UsersPlan } from './plan-users.ts'

/** Changes that the configuration switched off, by operation. */
export function switchedOff(
  { groups }: ConnectionConfig,
  plans: readonly EntityPlan[],
  { ignored }: UsersPlan,
  memberships: readonly Change[],
): Record<string, number> {
  return countBy(
    [
      ...plans.flatMap((plan) => (plan.switchedOff ? [plan.switchedOff] : [])),
      ...Array.from({ length: ignored }, () => 'suspend user' as const),
      ...(groups?.actions.memberships === false ? memberships.map((change) => change.operation) : []),
    ],
    (operation) => operation,
  )
}
