import type { Logger } from '@provisioner/shared/logger.ts'
import type { Line } from './line.ts'

/** How long a queue is not looked at of which a key is of the wrong type, ms: a cycle mends it, or an admin. */
const LEFT_OUT_MS = 1_000

/** How often that is told, ms. */
const TOLD_MS = 60_000

/**
 * Leaves a queue out for a while of which BullMQ can't read a key, since some hand or another program has written
 * there: the other queues go on.
 */
export function leaveOut(line: Line, error: unknown, log: Logger, now: number): void {
  line.ready = 0
  line.readySince = 0
  line.emptyUntil = now + LEFT_OUT_MS
  if (now - line.toldAt < TOLD_MS) return
  line.toldAt = now
  log.warn(
    { connection: line.connection, queue: line.queue, err: error },
    'Queue left out: one of its keys is of the wrong type. The next cycle mends it; status names the key',
  )
}
