import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { readOutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Budget } from '@provisioner/zendesk/budget/budget.ts'
import { holderOf } from '@provisioner/zendesk/budget/job-slot.ts'

/**
 * Gives back job statuses that nobody gives back any more: this worker's that it has lost sight of, since Redis failed
 * or lost its last second, and, for the worker that polls, those of dead ones. What it uses it goes on using. One that
 * belongs to a bulk write is given back when that is settled. Returns how many.
 */
export async function reclaimSlots({
  redis,
  account,
  worker,
  budget,
  polling,
}: {
  redis: RedisClient
  account: string
  worker: string
  budget: Budget
  polling: boolean
}): Promise<number> {
  const { all, own } = await budget.takenJobSlots()
  const keys = accountKeys(account)
  const lost: string[] = []
  for (const [holder, slots] of Map.groupBy(all, holderOf)) {
    if (holder === worker) {
      lost.push(...slots.filter((slot) => !own.has(slot)))
      for (const slot of slots) if (own.has(slot)) await budget.extendJobSlot(slot)
    } else if (polling && !(await redis.exists(keys.alive(holder)))) lost.push(...slots)
  }
  if (lost.length === 0) return 0
  const writes = (await redis.hvals(keys.outstanding)).map(readOutstandingWrite)
  const kept = new Set(writes.map((write) => write?.slot))
  const given = lost.filter((slot) => !kept.has(slot))
  for (const slot of given) await budget.releaseJobSlot(slot)
  return given.length
}
