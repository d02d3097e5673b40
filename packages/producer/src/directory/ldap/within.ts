/** Thrown when an operation has no answer within its time. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError' as const
  readonly code = 'NO_ANSWER' as const

  constructor(what: string, ms: number) {
    super(`${what} had no answer within ${ms / 1000} s`)
  }
}

/**
 * Awaits work that may never settle, as ldapts' may when its connection breaks at the wrong moment. When the time is
 * up or the signal aborts, `giveUp` is called to release what the work holds, and the work's own end is ignored.
 *
 * @throws NoAnswerError, or the signal's reason.
 */
export async function within<T>(
  work: Promise<T>,
  { what, ms, signal, giveUp }: { what: string; ms: number; signal: AbortSignal; giveUp: () => void },
): Promise<T> {
  const expiry = Promise.withResolvers<never>()
  const end = (reason: unknown) => {
    giveUp()
    expiry.reject(reason)
  }
  const onAbort = () => end(signal.reason)
  const timer = setTimeout(() => end(new NoAnswerError(what, ms)), ms)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([work, expiry.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}
