import { setTimeout as sleep } from 'node:timers/promises'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { restAfter } from './rest.ts'

/** How often it is seen whether something is to be looked at, ms: one read of Redis each. */
const EVERY_MS = 1_000

export interface LookWatch {
  /** When something was last asked for, ms since the epoch; 0 for never. */
  readonly newest: () => Promise<number>
  /** The last cycle that ended well, whoever ran it. */
  readonly lastCycle: () => Promise<Pick<CycleSummary, 'startedAt' | 'endedAt'> | undefined>
  /** Whether a cycle runs or waits, or this producer is to begin none. */
  readonly isBusy: () => Promise<boolean>
  readonly askForCycle: () => Promise<void>
  readonly log: Pick<Logger, 'debug'>
}

/**
 * Has a cycle run when Zendesk has told of something since one was last asked for. Our own writes are told of as well:
 * such cycles take a third of the time at most, and what can't be looked at yet waits for the next one of the schedule.
 */
export function watchLooks(watch: LookWatch): Disposable {
  const stopping = new AbortController()
  void follow(watch, stopping.signal)
  return { [Symbol.dispose]: () => stopping.abort() }
}

/** Never throws. */
async function follow({ newest, lastCycle, isBusy, askForCycle, log }: LookWatch, signal: AbortSignal): Promise<void> {
  let asked = 0
  for (;;) {
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    try {
      const last = await newest()
      if (last <= asked || (await isBusy())) continue
      const cycle = await lastCycle()
      if (cycle && Date.now() < cycle.endedAt + restAfter(cycle, { isFollowed: false })) continue
      await askForCycle()
      asked = last
    } catch (error) {
      log.debug({ err: error }, 'Not seen whether Zendesk has told of something')
    }
  }
}
