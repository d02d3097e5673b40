import type { IntendedCreation, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import type { Outcome } from '../outcome.ts'
import { link } from './adopt-duplicate.ts'
import type { BatchContext, BatchHold, OpenJob } from './context.ts'
import { giveBack } from './give-back.ts'
import { judgeError } from './judge-error.ts'

/** How far Redis's clock and Zendesk's may be apart, ms. */
const CLOCK_SLACK_MS = 60_000

/**
 * A creation whose answer was lost is looked up before anything else: by external id, then by address, those
 * that were sent as well as those of today. Undefined when there is nothing to find.
 *
 * The entry may have left meanwhile. Whom our creation made goes with it; anybody else of that address is none of ours.
 */
export async function lostCreation(
  context: BatchContext,
  hold: BatchHold,
  job: OpenJob<UserRecord>,
): Promise<Outcome | undefined> {
  const { creationIntended: intended, zendeskId, desired, operation } = job.record
  if (intended === null || zendeskId !== null) return undefined
  const wanted = desired?.attributes ?? {}
  const externalIds = distinct([wanted['external_id'], intended.externalId])
  const addresses = distinct([wanted['email'] ?? job.record.label, intended.name])
  const users = await find(context, externalIds, addresses).catch((error: unknown) => judgeError(error).outcome)
  if ('status' in users) return giveBack(context, job, hold.token, users, 'unknown')
  const match =
    users.find((user) => externalIds.includes((user.external_id ?? '').toLowerCase())) ??
    users.find((user) => addresses.includes((user.email ?? '').toLowerCase()))
  if (!match) return undefined
  // One whose link was forgotten may be anybody's by now.
  const isOurs = job.record.appliedRevision === 0 && isMadeBy(intended, match, externalIds)
  const leaves = desired?.presence !== 'active' && operation !== 'create user'
  if (leaves && !isOurs) return undefined
  return link(context, job, hold.token, match, isOurs ? 'created' : 'adopted')
}

async function find(
  { zendesk }: BatchContext,
  externalIds: readonly string[],
  addresses: readonly string[],
): Promise<User[]> {
  const byId = externalIds.length > 0 ? await zendesk.users.showMany({ externalIds }) : []
  const active = byId.filter((user) => user.active !== false)
  if (active.length > 0) return active
  const found = await Promise.all(addresses.map((email) => zendesk.users.search({ email })))
  return found.flat().filter((user) => user.active !== false)
}

/** Whoever has our external id is of our making; where we send none, whoever was created since. */
function isMadeBy(intended: IntendedCreation, user: User, externalIds: readonly string[]): boolean {
  if (externalIds.length > 0) return externalIds.includes((user.external_id ?? '').toLowerCase())
  const createdAt = typeof user.created_at === 'string' ? Date.parse(user.created_at) : Number.NaN
  return !user.external_id && createdAt >= intended.at - CLOCK_SLACK_MS
}

/** In lower case, in which Zendesk compares them. */
function distinct(values: readonly unknown[]): string[] {
  const texts = values.filter((value): value is string => typeof value === 'string' && value !== '')
  return [...new Set(texts.map((text) => text.toLowerCase()))]
}
