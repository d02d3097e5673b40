import type { OutstandingItem, OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { Applied } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { readResult } from '@provisioner/zendesk/job-statuses.ts'
import { suspendsTeamMember } from '../entity/end-sessions.ts'
import { sendsSeat } from '@provisioner/shared/loses-seat.ts'
import { settlingRequest } from '../entity/leased-request.ts'
import { withMembershipId } from '../entity/prepared-write.ts'
import type { Finished } from '../entity/finished.ts'
import { recordWritten } from '../entity/record-written.ts'
import type { Outcome } from '../outcome.ts'
import type { Ending } from '../ports.ts'
import { answerOfItem, wordsOf, type Answer } from '../remedies/answer.ts'
import { applyRemedy, type Remedied } from '../remedies/apply-remedy.ts'
import { readBack } from '../remedies/read-back.ts'
import { isMissing } from '../remedies/zendesk-words.ts'
import type { WritePorts } from '../write/attempt.ts'
import { WHAT } from '../write/operation.ts'
import { matchResults, type Failure, type ItemResult } from './match-results.ts'

/**
 * Settles a bulk write whose job status has ended: each item by its own result, and by reading back what the job status
 * leaves unclear. `completed` is not success. Whoever does it, the sender or another worker, does the same.
 */
export async function settleItems(
  ports: WritePorts,
  write: OutstandingWrite,
  ending: Ending,
): Promise<Map<string, Outcome>> {
  // Zendesk has one job status less to do: another batch can go out while this one is settled.
  if (write.slot) await ports.limits.releaseJobSlot(write.slot)
  const results: ItemResult[] =
    typeof ending === 'string'
      ? write.items.map(() => ({ status: 'unclear', lost: ending === 'unknown' }))
      : matchResults(write.items, ending.results?.map(readResult) ?? null)
  const read = await readBack(
    ports,
    write.call,
    write.items.filter((_item, i) => isToBeRead(write.call, results[i])),
  )
  const finished: Finished[] = []
  const outcomes = new Map<string, Outcome>()
  for (const [i, item] of write.items.entries()) {
    const [found, result] = [read.get(item.jobId), results[i]!]
    const succeeded = found?.status === 'succeeded' ? found : result.status === 'succeeded' ? result : undefined
    const settled: Remedied = succeeded
      ? { done: true, zendeskId: succeeded.zendeskId }
      : await settleFailure(ports, write, item, answerOfResult(result as Failure, found?.status === 'gone'))
    if ('outcome' in settled) outcomes.set(item.jobId, settled.outcome)
    else finished.push(success(ports, write, item, settled.zendeskId))
  }
  for (const [jobId, outcome] of await recordWritten(ports, finished, write.id)) outcomes.set(jobId, outcome)
  // Most are free by now: recorded, or given back with their remedy. This is the step that drops the outstanding write.
  const recorded = new Set(finished.map(({ job }) => job.jobId))
  const others = write.items.filter((item) => !recorded.has(item.jobId))
  await ports.ledger.giveBack(
    others.map((item) => refOf(ports, item)),
    write.id,
    { dropOutstanding: true },
  )
  return outcomes
}

function success(
  ports: WritePorts,
  write: OutstandingWrite,
  item: OutstandingItem,
  zendeskId: number | null,
): Finished {
  const ref = refOf(ports, item)
  const applied = item.applied === null ? null : (JSON.parse(item.applied) as Applied)
  const known = zendeskId ?? item.zendeskId
  const sent = item.sent ?? []
  const isSignedOut = known !== null && suspendsTeamMember({ applied, sent })
  const lostSeat = sendsSeat(sent)
  return {
    job: { jobId: item.jobId, ref },
    signsOut: isSignedOut && { id: item.id, zendeskId: known, label: item.email ?? item.id, lostSeat },
    sent,
    entitlements: item.entitlements,
    what: WHAT[write.call],
    written: {
      ref,
      revision: item.revision,
      applied: withMembershipId(applied, zendeskId),
      zendeskId: known,
      origin: write.call === 'users create' || write.call === 'memberships create' ? 'created' : null,
      suspendedByUs: item.suspendedByUs,
      ...(write.call === 'users update' && item.sent?.length && { late: item.sent }),
    },
  }
}

async function settleFailure(
  ports: WritePorts,
  write: OutstandingWrite,
  item: OutstandingItem,
  answer: Answer,
): Promise<Remedied> {
  const ref = refOf(ports, item)
  // The item was settled once, by a worker that was killed before it came to the others: what Zendesk shows by now may
  // be newer. A success needs no such check, for the ledger takes the record of an older revision as stale.
  if (!(await ports.ledger.isClosedBy(write.id, ref)))
    return {
      outcome: { status: 'later', why: 'It was given back already; what differs is written next', ms: WAITS.atOnceMs },
    }
  const [record] = await ports.records.records(item.kind, [item.id])
  if (!record) return { outcome: { status: 'superseded', why: 'The ledger has no such entity any more' } }
  return applyRemedy(ports, {
    call: write.call,
    job: { jobId: item.jobId, ref, record, sides: { user: null, group: null } },
    answer,
    by: write.id,
    options: settlingRequest(ports, write.id, { ref, record }),
    looked: true,
  })
}

/**
 * Whether Zendesk is asked about an item before it is judged. What it answers to a membership that is there, or is not,
 * nobody documents; and that something is missing may be said of another thing than the user. An update is repeated
 * where nothing is known of it, which is harmless.
 */
function isToBeRead(call: OutstandingWrite['call'], result: ItemResult | undefined): boolean {
  if (result?.status === 'unclear') return call !== 'users update'
  if (result?.status !== 'failed') return false
  const isOfUsers = call === 'users update' || call === 'users delete'
  return isOfUsers ? isMissing(wordsOf(result)) : call !== 'users create'
}

/** @param isGone whether Zendesk was asked for the object, and does not have it */
function answerOfResult(result: Failure, isGone: boolean): Answer {
  if (result.status === 'failed') return answerOfItem(result, isGone)
  const words = 'Zendesk does not say what became of it; it is looked up and written again'
  return { said: 'unclear', words, ...(result.lost !== undefined && { lost: result.lost }) }
}

function refOf({ settings }: WritePorts, item: OutstandingItem) {
  return { connection: settings.connection, kind: item.kind, id: item.id }
}
