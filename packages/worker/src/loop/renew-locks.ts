import type { Logger } from '@provisioner/shared/logger.ts'
import { LOCK_MS, type Line } from './line.ts'

/** Locks renewed per call: 1,000 hold Redis for about 2 ms. */
const CHUNK = 1_000

/**
 * Renews the locks of all pulled jobs every third of their life. A job whose lock is lost is marked, and not settled.
 */
export function renewLocks(lines: readonly Line[], log: Logger): Disposable {
  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    void renewAll(lines, log).finally(() => (running = false))
  }, LOCK_MS / 3)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function renewAll(lines: readonly Line[], log: Logger): Promise<void> {
  for (const line of lines) {
    const all = [...line.pulled.values()]
    for (let at = 0; at < all.length; at += CHUNK) {
      const part = all.slice(at, at + CHUNK)
      const ids = part.map(({ id }) => id)
      const lost = await line.worker
        .extendJobLocks(
          ids,
          part.map(({ token }) => token),
          LOCK_MS,
        )
        .catch((error: unknown) => {
          log.warn({ err: error }, 'Locks not renewed')
          return []
        })
      for (const id of lost) {
        const pulled = line.pulled.get(id)
        if (pulled) pulled.lost = true
        line.pulled.delete(id)
      }
    }
  }
}
