import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import { readOwners } from '@provisioner/shared/ledger/read-owners.ts'
import { isTeamRole, type AppliedUser, type GroupRecord, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import { awaitingDefaults } from '../../cycle/awaiting-defaults.ts'
import { compareWithZendesk } from '../../cycle/audit-users.ts'
import { showValue } from '../../cycle/drift-problems.ts'
import { ALWAYS_REPAIRED } from '../../cycle/drift-of-user.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { whoChanged, type ChangedBy } from '../../cycle/who-changed.ts'

/** So long Zendesk may take to answer, all together, ms: somebody waits for it. */
export const PATIENCE_MS = 10_000

/** An attribute that Zendesk holds otherwise than it was written; values as they are quoted for people, or `***`. */
export interface Difference {
  readonly attribute: string
  readonly is: string
  readonly written: string
}

/** A group of a user in Zendesk. */
export interface GroupInZendesk {
  readonly zendeskId: number
  /** As the ledger has it; null of a group that the connection does not manage. */
  readonly name: string | null
}

/** What Zendesk holds of a linked user or group. */
export type ZendeskLook =
  | { readonly status: 'not asked'; readonly why: string }
  | { readonly status: 'gone' }
  | {
      readonly status: 'there'
      readonly role: string | null
      readonly suspended: boolean
      readonly createdAt: string | null
      readonly lastLoginAt: string | null
      /** Of a group its name. */
      readonly name: string | null
      readonly differences: readonly Difference[]
      /** Who the account's audit log names as the last to change the user, where something differs. */
      readonly changedBy: ChangedBy | null
      /** Null of who can't be in any, and of groups. */
      readonly groups: readonly GroupInZendesk[] | null
    }

/**
 * Looks at one linked user or group in Zendesk. What can't be asked is told and no failure: the rest of the
 * explanation stands without it.
 */
export async function lookAtZendesk(
  sources: PlanSources,
  record: UserRecord | GroupRecord,
  signal: AbortSignal,
): Promise<ZendeskLook> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
  try {
    return record.kind === 'group'
      ? await lookAtGroup(sources, record as GroupRecord, patience)
      : await lookAtUser(sources, record as UserRecord, patience)
  } catch (error) {
    signal.throwIfAborted()
    if (patience.aborted) return { status: 'not asked', why: `no answer within ${PATIENCE_MS / 1_000} s` }
    if (!(error instanceof ZendeskError)) throw error
    return error.problem.kind === 'not found' ? { status: 'gone' } : { status: 'not asked', why: error.message }
  }
}

async function lookAtUser(sources: PlanSources, record: UserRecord, signal: AbortSignal): Promise<ZendeskLook> {
  const { zendesk, connection } = sources
  const { zendeskId, applied } = record
  const isMember = isTeamRole(applied?.attributes['role'])
  const [user, places] = await Promise.all([
    zendesk.users.show(zendeskId!, { signal }),
    isMember ? zendesk.memberships.ofUser(zendeskId!, { signal }) : null,
  ])
  if (!isThere(user)) return { status: 'gone' }
  const differences = applied
    ? differencesOf(user, { ...record, applied }, connection, (await awaitingDefaults(sources.reader)).get(record.id))
    : []
  const changed = differences.length > 0 ? await lastChange(sources, record, signal) : undefined
  return {
    status: 'there',
    role: user.role ?? null,
    suspended: user.suspended === true,
    createdAt: user.created_at ?? null,
    lastLoginAt: user.last_login_at ?? null,
    name: null,
    differences,
    changedBy: changed ?? null,
    groups: places
      ? await groupsOf(
          sources,
          places.map((place) => place.group_id),
        )
      : null,
  }
}

async function lastChange({ zendesk, apiUser }: PlanSources, record: UserRecord, signal: AbortSignal) {
  await apiUser.ask(signal)
  return (await whoChanged(zendesk, [record], await apiUser.known(), signal)).get(record.id)
}

function differencesOf(
  user: Parameters<typeof compareWithZendesk>[0],
  record: UserRecord & { readonly applied: AppliedUser },
  { users }: PlanSources['connection'],
  awaited: number | undefined,
): Difference[] {
  const { held, attributes, drift } = compareWithZendesk(user, record, awaited)
  const masked = zendeskNamesMasked(users.map)
  const written = record.applied.attributes
  const who = [...ALWAYS_REPAIRED, 'custom_role_id'].filter((name) => differs(written, held.applied.attributes, name))
  const names = [...new Set([...who, ...drift])]
  const presence =
    held.applied.presence === record.applied.presence
      ? []
      : [{ attribute: 'suspended', is: words(held.applied), written: words(record.applied) }]
  return [
    ...presence,
    ...names.map((name) => {
      const is = valueOf(drift.includes(name) ? attributes : held.applied.attributes, name)
      const [shown, before] = masked.has(name) ? ['***', '***'] : [showValue(is), showValue(valueOf(written, name))]
      return { attribute: name, is: shown, written: before }
    }),
  ]
}

function differs(written: UserAttributes, held: UserAttributes, name: string): boolean {
  return (
    written[name] !== undefined && String(written[name] ?? '').toLowerCase() !== String(held[name] ?? '').toLowerCase()
  )
}

function words({ presence }: AppliedUser): string {
  return presence === 'suspended' ? 'yes' : 'no'
}

async function groupsOf(
  { redis, connection, reader }: PlanSources,
  zendeskIds: readonly number[],
): Promise<GroupInZendesk[]> {
  const owners = await readOwners(redis, { account: connection.account, kind: 'group' }, zendeskIds)
  const ids = owners.map((owner) => idWithin(connection.id, owner))
  const known = ids.filter((id) => id !== undefined)
  const records = await reader.records<GroupRecord>('group', known)
  const names = new Map(records.flatMap((record) => (record ? [[record.id, record.label] as const] : [])))
  return zendeskIds.map((zendeskId, i) => ({ zendeskId, name: names.get(ids[i] ?? '') ?? null }))
}

async function lookAtGroup({ zendesk }: PlanSources, record: GroupRecord, signal: AbortSignal): Promise<ZendeskLook> {
  const { zendeskId, applied } = record
  const group = await zendesk.groups.show(zendeskId!, { signal })
  if (group.deleted === true) return { status: 'gone' }
  const isOther = applied !== null && group.name !== applied.name
  return {
    status: 'there',
    role: null,
    suspended: false,
    createdAt: group.created_at ?? null,
    lastLoginAt: null,
    name: group.name,
    differences: isOther ? [{ attribute: 'name', is: showValue(group.name), written: showValue(applied.name) }] : [],
    changedBy: null,
    groups: null,
  }
}
