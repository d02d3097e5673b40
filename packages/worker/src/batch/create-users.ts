import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isDuplicate } from '../outstanding/judge-item.ts'
import type { Outcome } from '../outcome.ts'
import { adoptDuplicate } from './adopt-duplicate.ts'
import { sendBulk } from './bulk-write.ts'
import type { BatchContext, BatchHold } from './context.ts'
import { describeRefusal } from './describe-refusal.ts'
import { finish } from './finish.ts'
import { giveBack } from './give-back.ts'
import { judgeError, rejected } from './judge-error.ts'
import { written, type PreparedWrite } from './prepared-write.ts'

/** Single creations of one batch that are under way at once; the budget paces them. */
const AT_ONCE = 10

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
    return sendBulk(context, hold, 'users create', writes, async (some) => {
      const status = await context.zendesk.users.createMany(some.map((write) => bodyOf(context, write)))
      await context.bulkImport.accept()
      return status
    })
  const outcomes = new Map<string, Outcome>()
  const waiting = [...writes]
  const lane = async () => {
    for (let write = waiting.shift(); write; write = waiting.shift())
      outcomes.set(write.job.jobId, await createOne(context, hold, write))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return outcomes
}

async function createOne(context: BatchContext, hold: BatchHold, write: PreparedWrite<UserRecord>): Promise<Outcome> {
  const { job } = write
  const [verdict] = await context.ledger.open([job], hold.token, context.requestTimeoutMs + 10_000)
  const [held] =
    verdict?.status === 'open'
      ? await context.ledger.secure([job.ref], hold.token, context.requestTimeoutMs, { intent: true })
      : [false]
  if (!held) return { status: 'later', why: 'Its lease ended before the request could go out', ms: 1_000 }
  try {
    const user = await context.zendesk.users.create(bodyOf(context, write))
    const outcomes = await finish(context, [{ job, what: 'created', written: written(write, user.id) }], hold.token)
    return outcomes.get(job.jobId)!
  } catch (error) {
    if (error instanceof ZendeskError && error.problem.kind === 'invalid') {
      if (isDuplicate(error.message)) return adoptDuplicate(context, job, hold.token)
      return giveBack(context, job, hold.token, rejected(...describeRefusal(job.record.label, error.message)), 'none')
    }
    const { outcome, effect } = judgeError(error)
    return giveBack(context, job, hold.token, outcome, effect)
  }
}

/** `skip_verify_email` keeps Zendesk from mailing anybody who is merely provisioned. */
function bodyOf(context: BatchContext, write: PreparedWrite): Record<string, unknown> {
  return { ...write.body, ...(!context.verificationMail && { skip_verify_email: true }) }
}
