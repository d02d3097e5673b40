import { setTimeout as sleep } from 'node:timers/promises'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import { holderOf } from '@provisioner/zendesk/budget/job-slot.ts'
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
  const lives = async (slot: string) => (await redis.exists(accountKeys('acme').alive(holderOf(slot)))) === 1
  return Promise.all(
    still.map(
      async (slot) =>
        `job status ${slot} is still taken, by a worker that ${(await lives(slot)) ? 'lives' : 'is dead'}`,
    ),
  )
}
