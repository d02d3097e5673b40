import type { Logger } from '@provisioner/shared/logger.ts'
import { LOCK_MS, type Line } from './line.ts'

/** Locks renewed per call: 1,000 hold Redis for about 2 ms. */
const CHUNK = 1_000

/**
 * Every third of a lock's life: renews the locks of all jobs that this worker has pulled, and gives back those of
 * whatever worker that have none, since it died. A job whose lock is lost is marked, and not settled.
 */
export function lookAfterLocks(lines: readonly Line[], log: Logger): Disposable {
  let running = false
  const look = async () => {
    for (const line of lines) {
      await renewAll(line).catch((error: unknown) => log.warn({ err: error }, 'Locks not renewed'))
      await returnStalled(line).catch((error: unknown) => log.debug({ err: error }, 'Stalled jobs not looked for'))
    }
  }
  const timer = setInterval(() => {
    if (running) return
    running = true
    void look().finally(() => (running = false))
  }, LOCK_MS / 3)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function renewAll(line: Line): Promise<void> {
  const all = [...line.pulled.values()]
  for (let at = 0; at < all.length; at += CHUNK) {
    const part = all.slice(at, at + CHUNK)
    const lost = await line.worker.extendJobLocks(
      part.map(({ id }) => id),
      part.map(({ token }) => token),
      LOCK_MS,
    )
    for (const id of lost) {
      const pulled = line.pulled.get(id)
      if (pulled) pulled.lost = true
      line.pulled.delete(id)
    }
  }
}

/**
 * BullMQ marks the active jobs of the queue, and gives back those that it had marked before and whose lock has ended.
 * However many workers ask, it does so once in a while. A queue in which the last look saw no active job is not asked
 * about.
 */
export async function returnStalled(line: Line): Promise<void> {
  if (line.active > 0) await line.worker.getBackend().moveStalledJobsToWait()
}
