import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { parseJobId } from '@provisioner/shared/entity.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { removeJob } from '@provisioner/shared/unreadable-job.ts'

/** Jobs looked at per round trip. */
const CHUNK = 500

/**
 * Removes failed jobs that are of no consequence any more: their entity was written since, or is forgotten. What stays
 * among the failed is what is still wrong. Returns how many were removed.
 */
export async function clearFailedJobs(reader: LedgerReader, queues: ChangeQueues): Promise<number> {
  let removed = 0
  for (const queue of queues.all()) {
    const failed = await queue.getRanges(['failed'], 0, -1)
    for (let at = 0; at < failed.length; at += CHUNK) {
      const ids = await settled(reader, failed.slice(at, at + CHUNK))
      await Promise.all(ids.map((id) => removeJob(queue, id)))
      removed += ids.length
    }
  }
  return removed
}

/** Of the jobs, those whose entity the ledger has gone beyond. An id that is none of ours says nothing. */
async function settled(reader: LedgerReader, ids: readonly string[]): Promise<string[]> {
  const jobs = ids.flatMap((id) => {
    const parsed = parseJobId(id)
    return parsed?.ref.connection === reader.connection ? [{ id, ...parsed }] : []
  })
  const ended: string[] = []
  for (const [kind, some] of Map.groupBy(jobs, ({ ref }) => ref.kind)) {
    const records = await reader.records(
      kind,
      some.map(({ ref }) => ref.id),
    )
    for (const [i, { id, revision }] of some.entries()) {
      const record = records[i]
      if (!record || record.appliedRevision >= revision) ended.push(id)
    }
  }
  return ended
}
