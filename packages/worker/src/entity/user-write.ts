import { keepOnAdoption } from '@provisioner/shared/adoption/keep-on-adoption.ts'
import { changedAttributes, valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import { isTeamRole, type AppliedUser, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { DEFAULT_GROUP, OF_SEAT, ofRole, withoutSeatOnly } from '@provisioner/shared/team-only.ts'
import { sendsSeat } from '@provisioner/shared/loses-seat.ts'

/** What has to be sent for a user, as the ledger stands when the job runs. */
export type UserWrite =
  | { readonly call: 'nothing'; readonly applied: AppliedUser | null }
  | { readonly call: 'create'; readonly body: UserAttributes; readonly applied: AppliedUser }
  | {
      readonly call: 'update'
      readonly body: UserAttributes
      readonly email: string | null
      readonly applied: AppliedUser
    }
  | { readonly call: 'delete' }
  /** Zendesk has a linked user no more, and whether there shall be one again is not the worker's to say. */
  | { readonly call: 'gone' }

/**
 * Compares the newest released desired state with what was applied.
 *
 *   linked | desired            | write
 *   -------|--------------------|----------------------------------------------
 *   no     | deleted            | nothing
 *   gone   | active, suspended  | nothing, and it stays known: a cycle decides whether there shall be one again
 *   no     | active             | create
 *   no     | suspended          | create, suspended (provisionDisabled); for a leaver: nothing, the user is gone
 *   yes    | active, suspended  | update with what differs or is unconfirmed, or nothing
 *   yes    | deleted            | delete
 *
 * What only team members have is forgotten of who becomes an end user: Zendesk loses it. A default group is not created
 * with its user, who is in no group yet.
 *
 * A user who was adopted and never written keeps a higher role and an external id that are there, and stays suspended.
 */
export function userWrite(record: UserRecord): UserWrite {
  const desired = record.desired
  if (desired === null) return { call: 'nothing', applied: record.applied }
  if (record.applied === null || record.zendeskId === null) {
    const isLeaver = desired.presence === 'suspended' && record.operation !== 'create user'
    if (desired.presence === 'deleted') return { call: 'nothing', applied: null }
    if (record.goneSince !== null) return { call: 'gone' }
    if (isLeaver) return { call: 'nothing', applied: null }
    const applied = { presence: desired.presence, attributes: desired.attributes }
    return {
      call: 'create',
      body: withPresence(
        without(desired.attributes, [DEFAULT_GROUP]),
        desired.presence === 'suspended' ? true : undefined,
      ),
      applied,
    }
  }
  if (desired.presence === 'deleted') return { call: 'delete' }

  const asked = wantedOf(record, desired, record.applied)
  const wanted = ofRole(asked, asked['role'] ?? record.applied.attributes['role'])
  const known = knownOf(record.applied, record.unconfirmed)
  const unconfirmed = record.unconfirmed.filter((name) => valueOf(wanted, name) !== undefined)
  const changed = [...new Set([...changedAttributes(wanted, known), ...unconfirmed])].sort()
  const attributes = heldAfter({ ...known, ...wanted, ...mergedFields(wanted, known) }, record.applied.attributes)
  const presence = isSuspendedByHand(record) ? 'suspended' : desired.presence
  const applied: AppliedUser = { presence, attributes: without(attributes, desired.givenBack) }
  const isSame = presence === record.applied.presence && !record.unconfirmed.includes('suspended')
  const suspended = isSame ? undefined : presence === 'suspended'
  if (changed.length === 0 && suspended === undefined) return { call: 'nothing', applied }

  const email = changed.includes('email') ? String(wanted['email']) : null
  const named = withPhone(changed, wanted).filter((name) => name !== 'email')
  const body = withPresence(pick(wanted, named), suspended)
  return { call: 'update', body, email, applied }
}

/**
 * A suspension was planned beside an update that was still under way: what it calls the user's attributes may be older
 * than what was applied since. It says whom to suspend, and nothing else but what it names itself.
 */
function wantedOf(record: UserRecord, desired: DesiredUser, applied: AppliedUser): UserAttributes {
  const wanted = isAdopting(record) ? keepOnAdoption(desired, applied.attributes) : desired.attributes
  if (record.operation !== 'suspend user') return wanted
  const names = record.changed.filter((name) => name !== 'suspended')
  // an adoption keeps a higher role, and who leaves with it loses it
  const seat = pick(
    desired.attributes,
    names.filter((name) => sendsSeat([name])),
  )
  return { ...pick(wanted, names), ...seat }
}

function without(attributes: UserAttributes, names: readonly string[] = []): UserAttributes {
  return names.reduce((left, name) => withValue(left, name, undefined), attributes)
}

/** What Zendesk holds of a user after these attributes are written. */
function heldAfter(attributes: UserAttributes, known: UserAttributes): UserAttributes {
  const isLowered = isTeamRole(known['role']) && !isTeamRole(attributes['role'])
  return ofRole(isLowered ? withoutSeatOnly(attributes) : attributes)
}

function isAdopting({ origin, appliedRevision }: UserRecord): boolean {
  return origin === 'adopted' && appliedRevision === 0
}

/**
 * Whom a creation found suspended was suspended by somebody else: only they restore the user. The next cycle reports
 * it.
 */
function isSuspendedByHand(record: UserRecord): boolean {
  return isAdopting(record) && record.applied?.presence === 'suspended' && !record.suspendedByUs
}

/** What Zendesk holds for certain: without what was sent and never answered, nor what goes with a seat in doubt. */
function knownOf(applied: AppliedUser, unconfirmed: readonly string[]): UserAttributes {
  return without(applied.attributes, sendsSeat(unconfirmed) ? [...unconfirmed, ...OF_SEAT] : unconfirmed)
}

function mergedFields(wanted: UserAttributes, known: UserAttributes): UserAttributes {
  if (!wanted['user_fields']) return {}
  return { user_fields: { ...(known['user_fields'] as object), ...(wanted['user_fields'] as object) } }
}

/**
 * A number and whether it is shared go together: Zendesk makes a number that it is told alone a direct line, if nobody
 * else has it.
 */
function withPhone(changed: readonly string[], wanted: UserAttributes): readonly string[] {
  const both = ['phone', 'shared_phone_number']
  if (!both.some((name) => changed.includes(name))) return changed
  return [...changed, ...both.filter((name) => !changed.includes(name) && wanted[name] !== undefined)]
}

/** Only the named attributes; of `user_fields` only the named fields. */
function pick(attributes: UserAttributes, names: readonly string[]): UserAttributes {
  const body: Record<string, UserAttributes[string]> = {}
  const fields: Record<string, string | number | boolean | null> = {}
  for (const name of names) {
    const value = valueOf(attributes, name) ?? null
    if (name.startsWith('user_fields.')) fields[name.slice('user_fields.'.length)] = value as string
    else body[name] = value
  }
  return Object.keys(fields).length > 0 ? { ...body, user_fields: fields } : body
}

function withPresence(attributes: UserAttributes, suspended: boolean | undefined): UserAttributes {
  return suspended === undefined ? attributes : { ...attributes, suspended }
}
