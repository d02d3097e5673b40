import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import { ZendeskError, isDuplicateEmail } from '@provisioner/zendesk/errors.ts'
import { isAddress } from '@provisioner/zendesk/identities.ts'
import type { Outcome } from '../outcome.ts'
import type { BatchContext, OpenJob } from './context.ts'
import { freeAddress } from './free-address.ts'
import { rejected } from './judge-error.ts'
import { isStandIn, leaveStandIn } from './stand-in.ts'

/** Zendesk's search index lags by seconds to minutes: an address that is taken and not found is asked for again. */
const INDEX_LAG_MS = 15_000

/** The advice for an address that somebody has who is linked to no other entry. */
const REMOVE_IT = 'Remove the address there, or change it in the directory'

/**
 * Makes an address a user's primary one. A PUT of `email` only adds a second identity, so the identities are the way:
 * the address is added unless the user has it, made primary, and the former one removed if `oldEmail: remove`.
 *
 * Each step looks at what is there, so it can be taken up anywhere after a crash. `options` are those of each write. Returns why it could not be done yet,
 * when somebody else has the address.
 */
export async function changeEmail(
  context: BatchContext,
  job: OpenJob<UserRecord>,
  email: string,
  options: CallOptions,
): Promise<Outcome | undefined> {
  const { zendesk, oldEmail } = context
  const userId = job.record.zendeskId!
  const former = String(job.record.applied?.attributes['email'] ?? '')
  const identities = await zendesk.identities.list(userId)

  // Written first: an address that stays is ours to free when the directory gives it to somebody else.
  if (oldEmail === 'keep' && former !== '') await context.ledger.noteFormerAddress(former, job.ref.id)
  let identity = identities.find(isAddress(email))
  try {
    identity ??= await zendesk.identities.create(userId, { type: 'email', value: email, verified: true }, options)
  } catch (error) {
    if (!(error instanceof ZendeskError && error.problem.kind === 'invalid')) throw error
    const outcome = isDuplicateEmail(error) ? await addressTaken(context, job, email) : undefined
    if (outcome && outcome.status !== 'rejected') return outcome
    const standIn = await leaveStandIn(context, userId, former, options)
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

/** Somebody else has the address: it is freed if the directory gave them another one, and the job comes again. */
export async function addressTaken(context: BatchContext, job: OpenJob<UserRecord>, email: string): Promise<Outcome> {
  const freed = await freeAddress(context, job, email)
  switch (freed.status) {
    case 'freed':
      return { status: 'later', why: `'${email}' was freed of another user; it is given to this one next`, ms: 20 }
    case 'wait':
      return { status: 'later', why: freed.why, ms: freed.ms }
    case 'hidden':
      return { status: 'retry', why: freed.why, afterMs: INDEX_LAG_MS }
    case 'taken':
      return rejected(freed.code, freed.why, freed.todo ?? REMOVE_IT, freed.inTheWay)
    default:
      throw new TypeError(`No outcome for ${JSON.stringify(freed satisfies never)}`)
  }
}
