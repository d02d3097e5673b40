import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Applied } from '@provisioner/shared/ledger/record.ts'
import { readResult, type JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import type { BatchContext, OpenJob } from '../batch/context.ts'
import { finish, type Finished } from '../batch/finish.ts'
import { giveBack } from '../batch/give-back.ts'
import { matchResults, type Failure, type ItemResult } from '../batch/match-results.ts'
import type { Outcome } from '../outcome.ts'
import { judgeItem } from './judge-item.ts'
import { readBack } from './read-back.ts'

/**
 * How an outstanding write came to its end: with a job status, with none that anybody knows, or with an error of Zendesk's
 * that does not say whether it took effect.
 */
export type Ending = JobStatus | 'unknown' | 'failed'

/**
 * Settles a bulk write whose job status has ended: each item by its own result, and by reading back what the job status
 * leaves unclear. `completed` is not success. Whoever does it, the sender or another worker, does the same.
 */
export async function settleOutstanding(
  context: BatchContext,
  write: OutstandingWrite,
  ending: Ending,
): Promise<Map<string, Outcome>> {
  // Zendesk has one job status less to do: another batch can go out while this one is settled.
  if (write.slot) await context.releaseJobSlot(write.slot)
  const results: ItemResult[] =
    ending === 'unknown' || ending === 'failed'
      ? write.items.map(() => ({ status: 'unclear', lost: ending === 'unknown' }))
      : matchResults(write.items, ending.results?.map(readResult) ?? null)
  // What Zendesk answers to a membership that is there, or is not, nobody documents: it is looked at before it is judged.
  const unclear = write.items.filter(
    (item, i) => results[i]?.status === 'unclear' || (item.kind === 'membership' && results[i]?.status === 'failed'),
  )
  const read = await readBack(context, write.call, unclear)

  const finished: Finished[] = []
  const outcomes = new Map<string, Outcome>()
  for (const [i, item] of write.items.entries()) {
    const result = read.get(item.jobId) ?? results[i]!
    if (result.status === 'succeeded') finished.push(success(context, write, item, result.zendeskId))
    else outcomes.set(item.jobId, await settleFailure(context, write, item, result))
  }
  for (const [jobId, outcome] of await finish(context, finished, write.id)) outcomes.set(jobId, outcome)
  // whom the record did not unlock already
  const recorded = new Set(finished.map(({ job }) => job.jobId))
  const others = write.items.filter((item) => !recorded.has(item.jobId))
  await context.ledger.letGo(
    others.map((item) => refOf(context, item)),
    write.id,
    { dropOutstanding: true },
  )
  return outcomes
}

function success(
  context: BatchContext,
  write: OutstandingWrite,
  item: OutstandingItem,
  zendeskId: number | null,
): Finished {
  const ref = refOf(context, item)
  const applied = item.applied === null ? null : (JSON.parse(item.applied) as Applied)
  const isMembership = item.kind === 'membership'
  return {
    job: { jobId: item.jobId, ref },
    what: WHAT[write.call],
    written: {
      ref,
      revision: item.revision,
      applied: isMembership && applied && zendeskId !== null ? { ...applied, membershipZendeskId: zendeskId } : applied,
      zendeskId: zendeskId ?? item.zendeskId,
      origin: write.call === 'users create' || write.call === 'memberships create' ? 'created' : null,
      suspendedByUs: item.suspendedByUs,
      ...(write.call === 'users update' && item.sent?.length && { doubt: item.sent }),
    },
  }
}

async function settleFailure(
  context: BatchContext,
  write: OutstandingWrite,
  item: OutstandingItem,
  result: Failure,
): Promise<Outcome> {
  const ref = refOf(context, item)
  // It was settled once, by one who was killed before coming to the others: what Zendesk shows may be newer.
  if (!(await context.ledger.isClosedBy(write.id, ref)))
    return { status: 'later', why: 'It was given back already; what differs is written next', ms: 20 }
  const [record] = await context.reader.records(item.kind, [item.id])
  if (!record) return { status: 'superseded', why: 'The ledger has no such entity any more' }
  const job: OpenJob = { jobId: item.jobId, ref, record, sides: { user: null, group: null } }
  const judged = await judgeItem(context, write, job, item, result)
  if (judged.handled) return judged.outcome
  return giveBack(context, job, write.id, judged.outcome, result.status === 'unclear' ? 'unknown' : 'none')
}

function refOf(context: BatchContext, item: OutstandingItem) {
  return { connection: context.connection, kind: item.kind, id: item.id }
}

const WHAT = {
  'users create': 'created',
  'users update': 'updated',
  'users delete': 'deleted',
  'memberships create': 'added',
  'memberships delete': 'removed',
} as const satisfies Record<OutstandingWrite['call'], string>
