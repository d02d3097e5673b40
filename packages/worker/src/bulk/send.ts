import type { Batch } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import { reopen } from '../entity/reopen.ts'
import type { Outcome } from '../outcome.ts'
import type { WritePorts } from '../write/attempt.ts'
import type { Operation } from '../write/operation.ts'
import { sendAndRecord } from '../write/send-alone.ts'
import { sendTogether } from './send-together.ts'

/**
 * Sends writes of one operation: together where there are several, or where the batch came with a job status; else each
 * by a request of its own, which answers at once.
 */
export async function send<W extends PreparedWrite>(
  ports: WritePorts,
  batch: Batch,
  operation: Operation<W>,
  writes: readonly W[],
): Promise<Map<string, Outcome>> {
  const [lone, ...others] = writes
  if (!lone) return new Map()
  if (others.length > 0 || batch.jobSlot !== null) return sendTogether(ports, batch, operation, writes)
  const outcome = (await reopen(ports, batch, lone.job)) ?? (await sendAndRecord(ports, batch, operation, lone))
  return new Map([[lone.job.jobId, outcome]])
}
