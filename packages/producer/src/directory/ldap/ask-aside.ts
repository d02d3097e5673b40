import type { Session } from './session.ts'
import type { SessionPool } from './session-pool.ts'

/**
 * Asks a server for what only adds to what is known of it: within `ms`, and undefined where it does not answer.
 *
 * @throws only what `signal` says, `DirectoryUnreachableError` and `DirectoryBindError`
 */
export async function askAside<T>(
  pool: SessionPool,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  ask: (session: Session, until: AbortSignal) => Promise<T | undefined>,
): Promise<T | undefined> {
  const session = await pool.acquire(signal)
  try {
    const answer = await ask(session, AbortSignal.any([signal, AbortSignal.timeout(ms)]))
    pool.release(session)
    return answer
  } catch (error) {
    pool.discard(session)
    signal.throwIfAborted()
    if (error instanceof Error) return undefined
    throw error
  }
}
