/**
 * Waits so many milliseconds, or until woken.
 *
 * @param wakeBy subscribes to what ends the wait early
 * @throws the signal's reason when it is aborted
 */
export async function waitUntil(
  ms: number,
  signal?: AbortSignal,
  wakeBy?: (wake: () => void) => Disposable,
): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(signal!.reason)
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', abort, { once: true })
  const listening = wakeBy?.(resolve)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    listening?.[Symbol.dispose]()
  }
}
