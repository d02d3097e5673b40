import { changedAttributes } from '@provisioner/shared/changed-attributes.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type AppliedUser, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import { ofRole } from '@provisioner/shared/team-only.ts'
import type { User } from '@provisioner/zendesk/users.ts'
import { awaitingDefaults } from './awaiting-defaults.ts'
import { ALWAYS_REPAIRED, driftOf } from './drift-of-user.ts'

/** Ids per `show_many`. */
const PAGE = 100

/** A record as it would be had we written what Zendesk shows. */
export interface DriftedUser extends UserRecord {
  readonly applied: AppliedUser
  /** Names of the attributes that somebody else has changed. */
  readonly drift: readonly string[]
  /** Of these, those that are not set right any more: see `repairs.ts`. */
  readonly givenUp: readonly string[]
  /** What was written. */
  readonly written: UserAttributes
}

/** What the audit of linked users found: records as Zendesk has them, where they differ from the ledger. */
export interface UserAudit {
  /** Records, as they were looked at, of users that Zendesk has no more: deleted, or merged into another. */
  readonly gone: ReadonlyMap<string, UserRecord>
  /** When it was noticed, ms since the epoch. */
  readonly at: number
  /** In who they are, what they may do, or whether they are suspended: full cycles set that right. */
  readonly differing: ReadonlyMap<string, UserRecord>
  /** In any other attribute that was written, and maybe in these as well: `drift` says what becomes of it. */
  readonly drifted: ReadonlyMap<string, DriftedUser>
  /** Zendesk ids of the team members among them. */
  readonly team: readonly number[]
  /** Directory ids of linked users who were not looked at, since something of them waits to be written. */
  readonly waiting: ReadonlySet<string>
}

export const NO_AUDIT: UserAudit = {
  gone: new Map(),
  at: 0,
  differing: new Map(),
  drifted: new Map(),
  team: [],
  waiting: new Set(),
}

/**
 * Reads linked users that have nothing waiting, 100 per request. A default group that they wait for counts as theirs.
 * @param ids directory ids, some at a time
 */
export async function auditUsers(
  zendesk: Pick<ZendeskClient, 'users'>,
  reader: LedgerReader,
  ids: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  signal: AbortSignal,
): Promise<UserAudit> {
  const gone = new Map<string, UserRecord>()
  const differing = new Map<string, UserRecord>()
  const drifted = new Map<string, DriftedUser>()
  const team: number[] = []
  const waiting = new Set<string>()
  const awaiting = await awaitingDefaults(reader)
  for await (const some of ids) {
    const linked = (await reader.records<UserRecord>('user', some)).filter((record) => record?.zendeskId != null)
    for (const record of linked) if (isWaiting(record!)) waiting.add(record!.id)
    const records = linked.filter((record) => record!.applied !== null && !isWaiting(record!)) as (UserRecord & {
      zendeskId: number
      applied: AppliedUser
    })[]
    for (let at = 0; at < records.length; at += PAGE) {
      const part = records.slice(at, at + PAGE)
      const shown = await zendesk.users.showMany({ ids: part.map((record) => record.zendeskId) }, { signal })
      const users = new Map(shown.filter(isThere).map((user) => [user.id, user]))
      for (const record of part) {
        const user = users.get(record.zendeskId)
        if (isTeamRole(user?.role)) team.push(record.zendeskId)
        if (!user) {
          gone.set(record.id, record)
          continue
        }
        const { held, attributes, drift } = compareWithZendesk(user, record, awaiting.get(record.id))
        if (held !== record) differing.set(record.id, held)
        if (drift.length > 0) drifted.set(record.id, asDrifted(held, attributes, drift))
      }
    }
  }
  return { gone, at: Date.now(), differing, drifted, team, waiting }
}

/**
 * A linked user beside what Zendesk shows of them: the record as it would be had we written who they are there and what
 * they may do, the very same one where that does not differ; and what else somebody has changed, with its names.
 *
 * @param awaited the default group that they wait for, which counts as theirs
 */
export function compareWithZendesk<R extends UserRecord & { readonly applied: AppliedUser }>(
  user: User,
  record: R,
  awaited: number | undefined,
) {
  const held = differs(user, record.applied) ? asHeld(record, user) : record
  const attributes = driftOf(awaited === undefined ? user : { ...user, default_group_id: awaited }, held)
  return { held, attributes, drift: changedAttributes(attributes, held.applied.attributes) }
}

function asDrifted(
  record: UserRecord & { readonly applied: AppliedUser },
  attributes: UserAttributes,
  drift: readonly string[],
): DriftedUser {
  const { applied } = record
  return { ...record, applied: { ...applied, attributes }, written: applied.attributes, drift, givenUp: [] }
}

function isWaiting({ revision, appliedRevision }: UserRecord): boolean {
  return revision > appliedRevision
}

function differs(user: User, applied: AppliedUser): boolean {
  if ((applied.presence === 'suspended') !== (user.suspended === true)) return true
  return ALWAYS_REPAIRED.some((name) => {
    const [before, now] = [applied.attributes[name], user[name]]
    return before !== undefined && String(before ?? '').toLowerCase() !== String(now ?? '').toLowerCase()
  })
}

/** The record as it would be had we written what Zendesk shows. Whom somebody else suspended, we do not restore. */
function asHeld<R extends UserRecord & { applied: AppliedUser }>(record: R, user: User): R {
  const attributes: Record<string, UserAttributes[string]> = { ...record.applied.attributes }
  for (const name of ALWAYS_REPAIRED) if (attributes[name] !== undefined) attributes[name] = user[name] ?? null
  if (attributes['custom_role_id'] !== undefined) attributes['custom_role_id'] = user.custom_role_id ?? null
  const presence = user.suspended ? ('suspended' as const) : ('active' as const)
  return {
    ...record,
    applied: { presence, attributes: ofRole(attributes, user.role ?? undefined) },
    suspendedByUs: record.suspendedByUs && record.applied.presence === presence,
  }
}
