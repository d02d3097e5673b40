import type { SentCreation, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { usersByAddress, usersByExternalId } from '@provisioner/zendesk/look-up-users.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import { giveBack } from '../entity/give-back.ts'
import { callOptions, type Batch, type OpenJob } from '../entity/open-job.ts'
import type { Needs } from '../ports.ts'
import { link } from '../remedies/adopt-duplicate.ts'
import { answerOf } from '../remedies/answer.ts'
import { plainOutcome } from '../remedies/plain-outcome.ts'

type Account = Needs<'ledger' | 'records' | 'zendesk' | 'settings' | 'account' | 'report'>

/** How far Redis's clock and Zendesk's may be apart, ms. */
const CLOCK_SLACK_MS = 60_000

/**
 * Creations whose answers were lost are looked up before anything else: by external id, all of them together, or by
 * address where none was sent; those that were sent as well as those of today. Keyed by job id; who is not in it has
 * nothing to find.
 *
 * The entry may have left meanwhile. Whom our creation made goes with it; anybody else of that address is none of ours.
 */
export async function lostCreations(
  ports: Account,
  batch: Batch,
  jobs: readonly OpenJob<UserRecord>[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const lost = jobs.flatMap((job) => {
    const { zendeskId } = job.record
    const sent = toBeFound(job.record)
    return sent === null || zendeskId !== null ? [] : [{ job, sent, externalIds: externalIdsOf(job, sent) }]
  })
  if (lost.length === 0) return outcomes
  const all = distinct(lost.flatMap(({ externalIds }) => externalIds))
  const users = await usersByExternalId(ports.zendesk.users, all, callOptions(batch)).catch((error: unknown) =>
    plainOutcome(answerOf(error)),
  )
  for (const { job, sent, externalIds } of lost) {
    const outcome =
      'status' in users
        ? await giveBack(ports, job, batch.token, users, 'unknown')
        : await lostCreation(ports, batch, job, sent, { externalIds, users })
    if (outcome) outcomes.set(job.jobId, outcome)
  }
  return outcomes
}

async function lostCreation(
  ports: Account,
  batch: Batch,
  job: OpenJob<UserRecord>,
  sent: SentCreation,
  { externalIds, users }: { externalIds: readonly string[]; users: readonly User[] },
): Promise<Outcome | undefined> {
  const { desired, operation } = job.record
  const known = users.find((user) => externalIds.includes((user.external_id ?? '').toLowerCase()))
  // With an external id it would be known by that, unless it never took effect.
  const addresses = sent.externalId ? [] : distinct([desired?.attributes['email'] ?? job.record.label, sent.name])
  const found = known
    ? [known]
    : await byAddress(ports, batch, addresses).catch((error: unknown) => plainOutcome(answerOf(error)))
  if ('status' in found) return giveBack(ports, job, batch.token, found, 'unknown')
  const match = found[0]
  if (!match) return undefined
  // One whose link was forgotten may be anybody's by now.
  const isOurs = job.record.appliedRevision === 0 && isMadeBy(sent, match, externalIds)
  const leaves = desired?.presence !== 'active' && operation !== 'create user'
  if (leaves && !isOurs) return undefined
  if (!isOurs && !known && ports.settings.match === 'external_id') return undefined
  return link(ports, job, batch.token, match, isOurs ? 'created' : 'adopted')
}

/** What there may be to find; where only the object has gone that the user was linked to, nothing was sent. */
function toBeFound({ creationSent, lookUpFirst }: UserRecord): SentCreation | null {
  return creationSent ?? (lookUpFirst === null ? null : { at: lookUpFirst, name: '', externalId: null })
}

function externalIdsOf({ record }: OpenJob<UserRecord>, sent: SentCreation): string[] {
  return distinct([record.desired?.attributes['external_id'], sent.externalId])
}

/** Users whose primary address is one of these. */
async function byAddress({ zendesk }: Needs<'zendesk'>, batch: Batch, addresses: readonly string[]): Promise<User[]> {
  const found = await Promise.all(addresses.map((email) => usersByAddress(zendesk.users, email, callOptions(batch))))
  return found.flat().filter((user) => addresses.includes((user.email ?? '').toLowerCase()))
}

/** Whoever has our external id is of our making; where we send none, whoever was created since. */
function isMadeBy(sent: SentCreation, user: User, externalIds: readonly string[]): boolean {
  if (externalIds.length > 0) return externalIds.includes((user.external_id ?? '').toLowerCase())
  const createdAt = typeof user.created_at === 'string' ? Date.parse(user.created_at) : Number.NaN
  return !user.external_id && createdAt >= sent.at - CLOCK_SLACK_MS
}

/** In lower case, in which Zendesk compares them. */
function distinct(values: readonly unknown[]): string[] {
  const texts = values.filter((value): value is string => typeof value === 'string' && value !== '')
  return [...new Set(texts.map((text) => text.toLowerCase()))]
}
