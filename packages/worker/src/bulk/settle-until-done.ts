import { setTimeout as sleep } from 'node:timers/promises'
import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { Outcome } from '../outcome.ts'
import { PausedError } from '../paused-error.ts'
import type { Ending } from '../ports.ts'
import type { WritePorts } from '../write/attempt.ts'
import { settleItems } from './settle-items.ts'

/** The first wait after a failure, doubled with each that follows, and the longest, ms. */
const FIRST_MS = 500
const LONGEST_MS = 15_000

/**
 * Waits for the end of a bulk write and settles it: its sender, or whoever has the lease on it since the sender died.
 * It does not give up over a look at Zendesk or Redis that fails, nor for a pause: until the write is settled its
 * entities stay closed.
 *
 * @param ending is asked again after a failure
 * @throws AbortError when the worker stops: the next one picks it up
 */
export async function settleUntilDone(
  ports: WritePorts,
  write: OutstandingWrite,
  ending: () => Promise<Ending>,
): Promise<Map<string, Outcome>> {
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(LONGEST_MS, waitMs * 2)) {
    try {
      return await settleItems(ports, write, await ending())
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error
      if (error instanceof PausedError) {
        await untilResumed(ports)
        continue
      }
      ports.report.log.warn({ err: error, batch: write.id }, 'A bulk write could not be settled; trying again')
      // not to be waited for when the worker stops
      await sleep(waitMs, undefined, { ref: false })
    }
  }
}

async function untilResumed({ account, settings }: Pick<WritePorts, 'account' | 'settings'>): Promise<void> {
  do await sleep(WAITS.pausedMs, undefined, { ref: false })
  while (await account.pauses.of(settings.connection, { takesAway: true }))
}
