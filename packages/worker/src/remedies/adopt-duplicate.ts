import { whyNotAdopt } from '@provisioner/shared/adoption/why-not-adopt.ts'
import { ownerInAnswer } from '@provisioner/shared/ledger/owner.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { attributesInZendesk } from '@provisioner/zendesk/attributes-in-zendesk.ts'
import { findByKeys, usersByAddress, usersByExternalId } from '@provisioner/zendesk/look-up-users.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import { giveBack } from '../entity/give-back.ts'
import type { OpenJob } from '../entity/open-job.ts'
import type { Needs } from '../ports.ts'
import { addressTaken } from './address-taken.ts'
import { answerOf } from './answer.ts'
import { plainOutcome, rejected } from './plain-outcome.ts'
import { patternOfUser, userProtected } from './protected-user.ts'

type Account = Needs<'ledger' | 'records' | 'zendesk' | 'settings' | 'account' | 'report'>

/**
 * The address, or the external id, of a creation is taken: the user exists after all. They are linked when no entry
 * owns them and the address is their primary one (with `match: external_id`, when the external id is theirs); the job
 * comes again at once and writes what differs. Of one who is linked by now, since a creation before this one was
 * recorded late, the ledger knows more than Zendesk shows, and keeps it.
 */
export async function adoptDuplicate(ports: Account, job: OpenJob<UserRecord>, by: string): Promise<Outcome> {
  const email = String(job.record.desired?.attributes['email'] ?? job.record.label)
  const users = await lookUp(ports, job.record).catch((error: unknown) => plainOutcome(answerOf(error)))
  if ('status' in users) return giveBack(ports, job, by, users, 'none')
  const externalId = job.record.desired?.attributes['external_id']
  const match = findByKeys(users, { externalId, ...(ports.settings.match === 'email' && { email }) })
  if (match) return link(ports, job, by, match)
  return giveBack(ports, job, by, await addressTaken(ports, job, email), 'none')
}

/** Users of Zendesk who have the entry's external id, else its address, secondary ones included. */
async function lookUp({ zendesk }: Needs<'zendesk'>, record: UserRecord): Promise<User[]> {
  const { email, external_id: externalId } = record.desired?.attributes ?? {}
  const found = typeof externalId === 'string' ? await usersByExternalId(zendesk.users, [externalId]) : []
  return found.length > 0 || typeof email !== 'string' ? found : usersByAddress(zendesk.users, email)
}

/**
 * Records the link with what Zendesk holds of the desired attributes; what differs is written by the next run.
 * A user whom a creation of ours made is suspended by us, if so.
 */
export async function link(
  ports: Account,
  job: OpenJob<UserRecord>,
  by: string,
  user: User,
  origin: 'created' | 'adopted' = 'adopted',
): Promise<Outcome> {
  const { ledger } = ports
  const refused = origin === 'adopted' ? await whyNotLink(ports, job, user) : undefined
  if (refused) {
    await ledger.askForPlan(job.ref)
    return giveBack(ports, job, by, refused, 'none')
  }
  const { answers } = await ledger.record(
    [
      {
        ref: job.ref,
        revision: job.record.revision,
        applied: attributesInZendesk(user, job.record.desired ?? { attributes: {}, tagsMode: 'merge' }),
        zendeskId: user.id,
        origin,
        suspendedByUs: origin === 'created' && user.suspended === true,
        linkOnly: true,
      },
    ],
    by,
  )
  if (ownerInAnswer(answers[0]))
    return giveBack(ports, job, by, await addressTaken(ports, job, user.email ?? job.record.label), 'none')
  await ledger.giveBack([job.ref], by)
  return {
    status: 'later',
    why: `Zendesk user ${user.id} is this one; linked, what differs is written next`,
    ms: WAITS.atOnceMs,
  }
}

/** The outcome for a user whom a worker may not hand to an entry: the next cycle looks, and asks an admin. */
async function whyNotLink(ports: Account, job: OpenJob<UserRecord>, user: User): Promise<Outcome | undefined> {
  const { label, desired } = job.record
  const pattern = await patternOfUser(ports, user)
  if (pattern !== undefined) return userProtected(`Linking '${label}'`, user.id, pattern)
  const why = whyNotAdopt(user, desired?.attributes['role'], await ports.account.apiUserId())
  if (why === undefined) return undefined
  return rejected(
    'ADOPTION_WAITS',
    `'${label}' leads to Zendesk user ${user.id} (${why}), whom no entry takes over without an admin's approval`,
    "The next cycle shows the user under 'provisioner held' (adoptions): approve there if it is the same person, else change the address",
  )
}
