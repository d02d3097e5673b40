import { setTimeout as sleep } from 'node:timers/promises'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import type { ChaosStage } from './chaos-stage.ts'

/** A pull that came back empty gives its slot back in this time, ms. */
const SOON_MS = 2_000

/**
 * Job statuses of Zendesk's that a living worker goes on holding, though nothing is under way.
 *
 * @param disturbances an answer of Redis that is lost by one of them may leave one slot held, until its lease ends
 */
export async function heldSlots(stage: Pick<ChaosStage, 'redis'>, disturbances: number): Promise<string[]> {
  const before = new Set(await slotsOfTheLiving(stage))
  if (before.size > 0) await sleep(SOON_MS)
  const now = before.size > 0 ? await slotsOfTheLiving(stage) : []
  const held = now.filter((slot) => before.has(slot))
  return held.length > disturbances ? held.map((slot) => `job status ${slot} is still held`) : []
}

async function slotsOfTheLiving({ redis }: Pick<ChaosStage, 'redis'>): Promise<string[]> {
  const held = await redis.zrange(budgetKeys('acme').slots, '0', '-1')
  const alive = await Promise.all(held.map((slot) => redis.exists(accountKeys('acme').alive(slot.split('|')[1]!))))
  return held.filter((_slot, i) => alive[i] === 1)
}
