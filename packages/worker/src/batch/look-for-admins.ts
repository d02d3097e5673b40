import { ADMIN_RENAMED } from '@provisioner/shared/admin-refusals.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import { giveBack } from '../entity/give-back.ts'
import { callOptions, type Batch } from '../entity/open-job.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { Needs } from '../ports.ts'
import { answerOf } from '../remedies/answer.ts'
import { plainOutcome, rejected } from '../remedies/plain-outcome.ts'

/** How long Zendesk may take to show who of a batch is an admin while a leaver waits for that, ms. */
const LOOK_MS = 2_000

/** Most ids in one look-up. */
const AT_ONCE = 100

/** What came of asking Zendesk who of a batch is an admin. */
export interface AdminsOfBatch<W> {
  /** The users who were asked for, by Zendesk id. */
  readonly shown: ReadonlyMap<number, User>
  /** Writes that can go out together. */
  readonly plain: readonly W[]
  /** Writes that take an active admin's role or access: who is left has to be asked before each. */
  readonly losing: readonly W[]
  /** Of what is given back unwritten, by job id. */
  readonly outcomes: Map<string, Outcome>
}

/**
 * Asks Zendesk who of linked users is an admin by now: the plan knows what the last full cycle saw, and may have been
 * made hours ago. One request for a hundred users, and none where nobody loses anything or gets another name.
 *
 *   the write                            | Zendesk's user | what is done
 *   -------------------------------------|----------------|--------------------------------------------------------
 *   takes access or role, deletes        | active admin   | alone, after the others, if another admin is left
 *   another name or address              | admin          | refused, unless the plan knew it; a cycle asks an admin
 *   any of these                         | anybody else   | goes out
 *   anything else                        | is not asked   | goes out
 *   suspends, deletes                    | does not answer | goes out: a leaver waits for no look
 */
export async function lookForAdmins<W extends PreparedWrite<UserRecord>>(
  ports: Needs<'ledger' | 'zendesk' | 'settings' | 'account' | 'report'>,
  batch: Batch,
  writes: readonly W[],
): Promise<AdminsOfBatch<W>> {
  const outcomes = new Map<string, Outcome>()
  const asked = writes.filter((write) => takesAway(write) || renamesUnasked(write))
  const users = await usersOf(ports, batch, asked).catch((error: unknown) => plainOutcome(answerOf(error)))
  if ('status' in users) {
    const waiting = asked.filter((write) => !endsAccess(write))
    for (const { job } of waiting) outcomes.set(job.jobId, await giveBack(ports, job, batch.token, users, 'none'))
    return { shown: new Map(), plain: writes.filter((write) => !waiting.includes(write)), losing: [], outcomes }
  }
  const shown = new Map(users.map((user) => [user.id, user]))
  const admins = asked.filter(({ job }) => shown.get(job.record.zendeskId!)?.role === 'admin')
  const renamed = admins.filter((write) => renamesUnasked(write))
  for (const { job } of renamed) {
    await ports.ledger.askForPlan(job.ref)
    outcomes.set(job.jobId, await giveBack(ports, job, batch.token, isAdmin(job.record), 'none'))
  }
  const losing = admins.filter(
    (write) => takesAway(write) && !renamed.includes(write) && isActive(shown.get(write.job.record.zendeskId!)!),
  )
  return {
    shown,
    plain: writes.filter((write) => !renamed.includes(write) && !losing.includes(write)),
    losing,
    outcomes,
  }
}

async function usersOf(
  { zendesk }: Needs<'zendesk'>,
  batch: Batch,
  writes: readonly PreparedWrite<UserRecord>[],
): Promise<User[]> {
  const ids = writes.map(({ job }) => job.record.zendeskId!)
  const users: User[] = []
  const options = { ...callOptions(batch), ...(writes.some(endsAccess) && { timeoutMs: LOOK_MS }) }
  for (let at = 0; at < ids.length; at += AT_ONCE)
    users.push(...(await zendesk.users.showMany({ ids: ids.slice(at, at + AT_ONCE) }, options)))
  return users
}

/** Whether somebody is to lose access, which nothing may delay for long. */
function endsAccess({ job, body }: Pick<PreparedWrite<UserRecord>, 'job' | 'body'>): boolean {
  return job.record.desired?.presence === 'deleted' || body['suspended'] === true
}

/** Whether an admin would be none any more, or could not sign in. */
function takesAway({ job, body }: PreparedWrite<UserRecord>): boolean {
  if (endsAccess({ job, body })) return true
  if (body['role'] !== undefined) return body['role'] !== 'admin'
  return body['custom_role_id'] != null
}

/** Whether a user gets another name or address of whom the plan did not know, or want, that they are an admin. */
function renamesUnasked({ job, sent }: PreparedWrite<UserRecord>): boolean {
  const { desired } = job.record
  if (desired?.ofAdmin || desired?.attributes['role'] === 'admin') return false
  return sent.includes('name') || sent.includes('email')
}

function isActive({ active, suspended }: User): boolean {
  return active !== false && suspended !== true
}

function isAdmin({ label, applied, operation, changed, zendeskId }: UserRecord): Outcome {
  const who = String(applied?.attributes['email'] ?? label)
  return rejected(
    ADMIN_RENAMED,
    `'${who}' is an admin by now (Zendesk user ${zendeskId}), and gets no other name or address without an admin's approval; not done: ${operation} (${changed.join(', ')})`,
    "The next cycle shows the change under 'provisioner held' (adoptions): approve it there if it is meant, else correct the directory",
  )
}
