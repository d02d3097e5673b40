import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does something that takes long, and something else each time `every` ms have passed meanwhile. Both have ended when
 * this does. What fails first ends the other and is thrown.
 */
export async function meanwhile<T>(
  task: (signal: AbortSignal) => Promise<T>,
  { every, again, signal }: { every: number; again: () => Promise<void>; signal: AbortSignal },
): Promise<T> {
  const stop = new AbortController()
  const over = new AbortController()
  const result = task(AbortSignal.any([signal, stop.signal]))
  const ended = result.then(
    () => over.abort(),
    () => over.abort(),
  )
  try {
    for (;;) {
      // the timer rejects when the task has ended
      await sleep(every, undefined, { signal: over.signal }).catch(() => {})
      if (over.signal.aborted) return await result
      await again()
    }
  } finally {
    stop.abort()
    await ended
  }
}
