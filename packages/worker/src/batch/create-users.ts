import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isDuplicate } from '../outstanding/judge-item.ts'
import type { Outcome } from '../outcome.ts'
import { adoptDuplicate } from './adopt-duplicate.ts'
import { sendBulk } from './bulk-write.ts'
import type { BatchContext, BatchHold } from './context.ts'
import { describeRefusal } from './describe-refusal.ts'
import { finish, type Finished } from './finish.ts'
import { giveBack } from './give-back.ts'
import { heldWrite } from './held-write.ts'
import { judgeError, rejected } from './judge-error.ts'
import { intentOf, written, type PreparedWrite } from './prepared-write.ts'
import { LEASE_SLACK_MS, renewalTime } from './lease.ts'

/**
 * Creates users: together by `create_many` where the account allows it, else each by `POST /users`, which has no limit of
 * its own. An address that is taken already is looked up and linked.
 */
export async function createUsers(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly PreparedWrite<UserRecord>[],
): Promise<Map<string, Outcome>> {
  if (writes.length === 0) return new Map()
  if (writes.length > 1 && (await context.bulkImport.isAllowed()))
    return sendBulk(context, hold, 'users create', writes, async (some, options) => {
      const bodies = some.map((write) => write.body)
      const status = await context.zendesk.users.createMany(bodies, { ...options, welcome: context.verificationMail })
      await context.bulkImport.accept()
      return status
    })
  const outcomes = new Map<string, Outcome>()
  const failures: Error[] = []
  const underWay: Promise<void>[] = []
  for await (const some of inGroups(context, writes)) {
    if (failures.length > 0) {
      context.singleCreations.giveBack(some.length)
      break
    }
    underWay.push(
      createTogether(context, hold, some)
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
async function* inGroups<W>(
  { singleCreations, takeRequests }: BatchContext,
  writes: readonly W[],
): AsyncGenerator<W[]> {
  using _unsent = singleCreations.enter()
  for (let sent = 0; sent < writes.length;) {
    const places = await singleCreations.take(writes.length - sent)
    let paid = 0
    try {
      paid = await takeRequests(places)
    } finally {
      singleCreations.giveBack(places - paid)
    }
    yield writes.slice(sent, (sent += paid))
  }
}

/** One request each, as lanes become free, and one word to the ledger before and after. */
async function createTogether(
  context: BatchContext,
  hold: BatchHold,
  writes: readonly PreparedWrite<UserRecord>[],
): Promise<Map<string, Outcome>> {
  const { requestTimeoutMs, singleCreations } = context
  const renewAt = renewalTime()
  const held = await context.ledger
    .secure(
      writes.map((write) => write.job.ref),
      hold.token,
      requestTimeoutMs,
      { intents: writes.map(intentOf), extendMs: requestTimeoutMs + LEASE_SLACK_MS },
    )
    .catch((error: unknown) => {
      singleCreations.giveBack(writes.length)
      throw error
    })
  const ended = await Promise.all(
    writes.map((write, i) =>
      (held[i]
        ? createOne(context, hold, write, renewAt)
        : later('Its lease ended before the request could go out')
      ).finally(() => singleCreations.giveBack(1)),
    ),
  )
  const outcomes = await finish(
    context,
    ended.flatMap((one) => ('written' in one ? [one] : [])),
    hold.token,
  )
  for (const [i, one] of ended.entries()) if ('status' in one) outcomes.set(writes[i]!.job.jobId, one)
  return outcomes
}

async function createOne(
  context: BatchContext,
  hold: BatchHold,
  write: PreparedWrite<UserRecord>,
  renewAt: number,
): Promise<Finished | Outcome> {
  const { job } = write
  try {
    using _lane = await context.singleCreations.lane()
    // others' requests may take as long as their time limit
    const again = performance.now() > renewAt ? heldWrite(context, hold, job.ref, { intent: intentOf(write) }) : {}
    const options = { ...again, prepaid: true, welcome: context.verificationMail }
    const user = await context.zendesk.users.create(write.body, options)
    return { job, what: 'created', written: written(write, user.id) }
  } catch (error) {
    if (error instanceof ZendeskError && error.problem.kind === 'invalid') {
      if (isDuplicate(error.message)) return adoptDuplicate(context, job, hold.token)
      return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
    }
    const { outcome, effect } = judgeError(error)
    return giveBack(context, job, hold.token, outcome, effect)
  }
}

async function later(why: string): Promise<Outcome> {
  return { status: 'later', why, ms: 1_000 }
}
