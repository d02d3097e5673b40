import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import { sendTogether } from '../bulk/send-together.ts'
import { leasedRequest } from '../entity/leased-request.ts'
import { LEASE_SLACK_MS, renewalTime } from '../entity/lease-times.ts'
import type { Batch } from '../entity/open-job.ts'
import { creationOf } from '../entity/prepared-write.ts'
import type { Finished } from '../entity/finished.ts'
import { recordWritten } from '../entity/record-written.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import type { WritePorts } from '../write/attempt.ts'
import { userCreation, type UserPrepared } from '../write/operation.ts'
import { sendAlone } from '../write/send-alone.ts'

/**
 * Creates users: together by `create_many` where the account allows it, else each by `POST /users`, which has no limit
 * of its own. An address that is taken already is looked up and linked.
 */
export async function createUsers(
  ports: WritePorts,
  batch: Batch,
  writes: readonly UserPrepared[],
): Promise<Map<string, Outcome>> {
  if (writes.length === 0) return new Map()
  if (writes.length > 1 && (await ports.bulk.bulkImport.isAllowed()))
    return sendTogether(ports, batch, userCreation(ports), writes)
  const outcomes = new Map<string, Outcome>()
  const failures: Error[] = []
  const underWay: Promise<void>[] = []
  for await (const some of inGroups(ports, writes)) {
    if (failures.length > 0) {
      ports.limits.singleCreations.giveBack(some.length)
      break
    }
    underWay.push(
      createGroup(ports, batch, some)
        .then((ended) => ended.forEach((outcome, jobId) => outcomes.set(jobId, outcome)))
        .catch((error: unknown) => void failures.push(error instanceof Error ? error : new Error(String(error)))),
    )
  }
  await Promise.all(underWay)
  // What has no outcome is tried again.
  if (failures[0] && outcomes.size === 0) throw failures[0]
  return outcomes
}

/**
 * Writes that can go out as soon as a lane is free, each with a request that is paid for: a lease must outlast the
 * request, and not the wait for the budget as well.
 */
async function* inGroups<W>({ limits }: Needs<'limits'>, writes: readonly W[]): AsyncGenerator<W[]> {
  const { singleCreations } = limits
  using _unsent = singleCreations.enter()
  for (let sent = 0; sent < writes.length;) {
    const places = await singleCreations.take(writes.length - sent)
    let paid = 0
    try {
      paid = await limits.takeRequests(places)
    } finally {
      singleCreations.giveBack(places - paid)
    }
    yield writes.slice(sent, (sent += paid))
  }
}

/** One request each, as lanes become free, and one word to the ledger before and after. */
async function createGroup(
  ports: WritePorts,
  batch: Batch,
  writes: readonly UserPrepared[],
): Promise<Map<string, Outcome>> {
  const { ledger, limits, settings } = ports
  const renewAt = renewalTime()
  const refs = writes.map((write) => write.job.ref)
  const leased = await ledger
    .secure(refs, batch.token, settings.requestTimeoutMs, {
      creations: writes.map(creationOf),
      extendMs: settings.requestTimeoutMs + LEASE_SLACK_MS,
    })
    .catch((error: unknown) => {
      limits.singleCreations.giveBack(writes.length)
      throw error
    })
  const ended = await Promise.all(
    writes.map((write, i) =>
      (leased[i] ? createOne(ports, batch, write, renewAt) : leaseEnded()).finally(() =>
        limits.singleCreations.giveBack(1),
      ),
    ),
  )
  const finished = ended.flatMap((one) => ('written' in one ? [one] : []))
  const outcomes = await recordWritten(ports, finished, batch.token)
  for (const [i, one] of ended.entries()) if ('status' in one) outcomes.set(writes[i]!.job.jobId, one)
  return outcomes
}

async function createOne(
  ports: WritePorts,
  batch: Batch,
  write: UserPrepared,
  renewAt: number,
): Promise<Finished | Outcome> {
  using _lane = await ports.limits.singleCreations.lane()
  // others' requests may take as long as their time limit
  const again: CallOptions =
    performance.now() > renewAt ? leasedRequest(ports, batch, write.job.ref, { creation: creationOf(write) }) : {}
  // awaited here: the lane is left when this function ends
  return await sendAlone(ports, batch, userCreation(ports), write, { ...again, prepaid: true })
}

async function leaseEnded(): Promise<Outcome> {
  return { status: 'later', why: 'Its lease ended before the request could go out', ms: WAITS.anotherWriteMs }
}
