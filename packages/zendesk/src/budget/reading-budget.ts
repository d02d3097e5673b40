import type { Budget, Grant, Need } from './budget.ts'
import { waitUntil } from './wait-until.ts'

/**
 * A budget for who only looks: it paces its own reads by what the account's workers have learned, and writes nothing to
 * Redis. What it uses shows in Zendesk's own headers, and the workers take less for it.
 */
export function readingBudget(shared: Pick<Budget, 'snapshot' | typeof Symbol.asyncDispose>): Budget {
  let next = 0
  const turn = async (): Promise<number> => {
    const { ratePerMinute, pauses } = await shared.snapshot()
    const paused = pauses['account'] ?? 0
    const now = Date.now()
    const at = Math.max(now + paused, next)
    next = at + 60_000 / Math.max(ratePerMinute, 1)
    return at - now
  }
  const refuse = (need: Need) => {
    if (need.purpose !== 'read') throw new TypeError('Who only looks sends no writes')
  }
  return {
    tryTake: async (need): Promise<Grant> => {
      refuse(need)
      const waitMs = await turn()
      return waitMs > 0 ? { taken: false, waitMs, because: 'account limit' } : { taken: true, slotId: null }
    },
    take: async (need, signal) => {
      refuse(need)
      const waitMs = await turn()
      if (waitMs > 0) await waitUntil(waitMs, signal)
      return { slotId: null }
    },
    releaseJobSlot: async () => {},
    takenJobSlots: async () => ({ all: [], own: new Set() }),
    extendJobSlot: async () => false,
    onSlotReleased: () => ({ [Symbol.dispose]: () => {} }),
    observe: () => {},
    pause: async (_scope, ms) => {
      next = Math.max(next, Date.now() + ms)
    },
    snapshot: () => shared.snapshot(),
    [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
  }
}
