import { setTimeout as sleep } from 'node:timers/promises'
import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import type { ChaosStage } from './chaos-stage.ts'

/**
 * A worker looks for job statuses that it lost sight of, and for dead workers', every 3 s; a dead one counts as alive
 * for 12 s.
 */
const SOON_MS = 20_000

/** Job statuses of Zendesk's that stay taken, though nothing is under way. */
export async function takenSlots({ redis }: Pick<ChaosStage, 'redis'>): Promise<string[]> {
  const taken = () => redis.zrange(budgetKeys('acme').slots, '0', '-1')
  const before = await taken()
  let still = before
  for (const end = Date.now() + SOON_MS; still.length > 0 && Date.now() < end; await sleep(250)) {
    const now = new Set(await taken())
    still = before.filter((slot) => now.has(slot))
  }
  return still.map((slot) => `job status ${slot} is still taken`)
}
