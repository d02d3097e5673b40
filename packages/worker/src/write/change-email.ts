import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { ZendeskError, isDuplicateEmail } from '@provisioner/zendesk/errors.ts'
import { isAddress } from '@provisioner/zendesk/identities.ts'
import type { Outcome } from '../outcome.ts'
import type { OpenJob } from '../entity/open-job.ts'
import type { Needs } from '../ports.ts'
import { addressTaken } from '../remedies/address-taken.ts'
import { isStandIn, leaveStandIn } from '../remedies/stand-in.ts'

/**
 * Makes an address a user's primary one. A PUT of `email` only adds a second identity, so the identities are the way:
 * the address is added unless the user has it, made primary, and the former one removed if `oldEmail: remove`.
 *
 * Each step looks at what is there, so it can be taken up anywhere after a crash. Returns why it could not be done yet,
 * when somebody else has the address.
 *
 * @param options of each write
 */
export async function changeEmail(
  ports: Needs<'ledger' | 'records' | 'zendesk' | 'settings' | 'account'>,
  job: OpenJob<UserRecord>,
  email: string,
  options: CallOptions,
): Promise<Outcome | undefined> {
  const { zendesk, settings } = ports
  const { oldEmail } = settings
  const userId = job.record.zendeskId!
  const former = String(job.record.applied?.attributes['email'] ?? '')
  const identities = await zendesk.identities.list(userId)

  // Written first: an address that stays is ours to free when the directory gives it to somebody else.
  if (oldEmail === 'keep' && former !== '') await ports.ledger.noteFormerAddress(former, job.ref.id)
  let identity = identities.find(isAddress(email))
  try {
    identity ??= await zendesk.identities.create(userId, { type: 'email', value: email, verified: true }, options)
  } catch (error) {
    if (!(error instanceof ZendeskError && error.problem.kind === 'invalid')) throw error
    const outcome = isDuplicateEmail(error) ? await addressTaken(ports, job, email) : undefined
    if (outcome && outcome.status !== 'rejected') return outcome
    const standIn = await leaveStandIn(ports, userId, former, options)
    if (!outcome) throw error
    if (standIn === undefined) return outcome
    return { ...outcome, why: `${outcome.why}; until then the user has nothing in Zendesk but '${standIn}'` }
  }
  if (!identity.primary) await zendesk.identities.makePrimary(userId, identity.id, options)

  for (const standIn of identities.filter((one) => isStandIn(one, userId)))
    await zendesk.identities.delete(userId, standIn.id, options)
  const old = identities.find(isAddress(former))
  if (oldEmail === 'remove' && old && old.id !== identity.id) await zendesk.identities.delete(userId, old.id, options)
  return undefined
}
