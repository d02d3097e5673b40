import { whyNotAdopt } from '@provisioner/shared/adoption/why-not-adopt.ts'
import { ownerInAnswer } from '@provisioner/shared/ledger/owner.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { attributesHeld } from '@provisioner/zendesk/attributes-held.ts'
import { findByKeys, usersByAddress, usersByExternalId } from '@provisioner/zendesk/look-up-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import { addressTaken } from './change-email.ts'
import type { BatchContext, OpenJob } from './context.ts'
import { giveBack } from './give-back.ts'
import { judgeError, rejected } from './judge-error.ts'
import { patternOfUser, userProtected } from './shielded.ts'

/**
 * The address, or the external id, of a creation is taken: the user exists after all. They are linked when no entry owns
 * them and the address is their primary one (with `match: external_id`, when the external id is theirs); the job comes again at once and writes what differs. Of one who is linked by now,
 * since a creation before this one was recorded late, the ledger knows more than Zendesk shows, and keeps it.
 */
export async function adoptDuplicate(context: BatchContext, job: OpenJob<UserRecord>, by: string): Promise<Outcome> {
  const email = String(job.record.desired?.attributes['email'] ?? job.record.label)
  const users = await lookUp(context, job.record).catch((error: unknown) => judgeError(error).outcome)
  if ('status' in users) return giveBack(context, job, by, users, 'none')
  const externalId = job.record.desired?.attributes['external_id']
  const match = findByKeys(users, { externalId, ...(context.match === 'email' && { email }) })
  if (match) return link(context, job, by, match)
  return giveBack(context, job, by, await addressTaken(context, job, email), 'none')
}

/** Users of Zendesk who have the entry's external id or address, secondary addresses included. */
async function lookUp({ zendesk }: BatchContext, record: UserRecord): Promise<User[]> {
  const { email, external_id: externalId } = record.desired?.attributes ?? {}
  const found = typeof externalId === 'string' ? await usersByExternalId(zendesk.users, [externalId]) : []
  return found.length > 0 || typeof email !== 'string' ? found : usersByAddress(zendesk.users, email)
}

/**
 * Records the link with what Zendesk holds of the desired attributes; what differs is written by the next run.
 * A user whom a creation of ours made is suspended by us, if so.
 */
export async function link(
  context: BatchContext,
  job: OpenJob<UserRecord>,
  by: string,
  user: User,
  origin: 'created' | 'adopted' = 'adopted',
): Promise<Outcome> {
  const { ledger } = context
  const refused = origin === 'adopted' ? await whyNotLink(context, job, user) : undefined
  if (refused) {
    await ledger.askForPlan(job.ref)
    return giveBack(context, job, by, refused, 'none')
  }
  const { answers } = await ledger.record(
    [
      {
        ref: job.ref,
        revision: job.record.revision,
        applied: attributesHeld(user, job.record.desired ?? { attributes: {}, tagsMode: 'merge' }),
        zendeskId: user.id,
        origin,
        suspendedByUs: origin === 'created' && user.suspended === true,
        linkOnly: true,
      },
    ],
    by,
  )
  if (ownerInAnswer(answers[0]))
    return giveBack(context, job, by, await addressTaken(context, job, user.email ?? job.record.label), 'none')
  await ledger.letGo([job.ref], by)
  return {
    status: 'later',
    why: `Zendesk user ${user.id} has this address already; linked, what differs is written next`,
    ms: 20,
  }
}

/** The outcome for a user whom a worker may not hand to an entry: the next cycle looks, and asks an admin. */
async function whyNotLink(context: BatchContext, job: OpenJob<UserRecord>, user: User): Promise<Outcome | undefined> {
  const { label, desired } = job.record
  const pattern = await patternOfUser(context, user)
  if (pattern !== undefined) return userProtected(`Linking '${label}'`, user.id, pattern)
  const why = whyNotAdopt(user, desired?.attributes['role'], await context.apiUserId())
  if (why === undefined) return undefined
  return rejected(
    'ADOPTION_WAITS',
    `'${label}' leads to Zendesk user ${user.id} (${why}), whom no entry takes over without an admin's approval`,
    "The next cycle shows the user under 'provisioner held' (adoptions): approve there if it is the same person, else change the address",
  )
}
