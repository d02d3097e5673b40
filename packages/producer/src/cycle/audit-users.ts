import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { isTeamRole, type AppliedUser, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { isThere } from '@provisioner/zendesk/look-up-users.ts'
import { ofRole } from '@provisioner/shared/team-only.ts'
import type { User } from '@provisioner/zendesk/users.ts'

/** Ids per `show_many`. */
const PAGE = 100

/**
 * What of a linked user somebody may have changed in Zendesk, and is looked at. Other attributes are not: Zendesk
 * rewrites some values (phone numbers, tags), which would read as a change for ever.
 */
const AUDITED = ['email', 'role', 'external_id'] as const

/** What the audit of linked users found: records as Zendesk has them, where they differ from the ledger. */
export interface UserAudit {
  /** Records, as they were looked at, of users that Zendesk has no more: deleted, or merged into another. */
  readonly gone: ReadonlyMap<string, UserRecord>
  /** When it was noticed, ms since the epoch. */
  readonly at: number
  readonly differing: ReadonlyMap<string, UserRecord>
  /** Zendesk ids of the team members among them. */
  readonly team: readonly number[]
}

export const NO_AUDIT: UserAudit = { gone: new Map(), at: 0, differing: new Map(), team: [] }

/** Reads every linked user that has nothing waiting, 100 per request. */
export async function auditUsers(
  zendesk: Pick<ZendeskClient, 'users'>,
  reader: LedgerReader,
  signal: AbortSignal,
): Promise<UserAudit> {
  const gone = new Map<string, UserRecord>()
  const differing = new Map<string, UserRecord>()
  const team: number[] = []
  for await (const ids of reader.ids('user')) {
    const records = (await reader.records<UserRecord>('user', ids)).filter(
      (record) => record?.zendeskId != null && record.applied !== null && record.revision <= record.appliedRevision,
    ) as (UserRecord & { zendeskId: number; applied: AppliedUser })[]
    for (let at = 0; at < records.length; at += PAGE) {
      const part = records.slice(at, at + PAGE)
      const shown = await zendesk.users.showMany({ ids: part.map((record) => record.zendeskId) }, { signal })
      const users = new Map(shown.filter(isThere).map((user) => [user.id, user]))
      for (const record of part) {
        const user = users.get(record.zendeskId)
        if (isTeamRole(user?.role)) team.push(record.zendeskId)
        if (!user) gone.set(record.id, record)
        else if (differs(user, record.applied)) differing.set(record.id, asHeld(record, user))
      }
    }
  }
  return { gone, at: Date.now(), differing, team }
}

function differs(user: User, applied: AppliedUser): boolean {
  if ((applied.presence === 'suspended') !== (user.suspended === true)) return true
  return AUDITED.some((name) => {
    const [before, now] = [applied.attributes[name], user[name]]
    return before !== undefined && String(before ?? '').toLowerCase() !== String(now ?? '').toLowerCase()
  })
}

/** The record as it would be had we written what Zendesk shows. Whom somebody else suspended, we do not restore. */
function asHeld<R extends UserRecord & { applied: AppliedUser }>(record: R, user: User): R {
  const attributes: Record<string, UserAttributes[string]> = { ...record.applied.attributes }
  for (const name of AUDITED) if (attributes[name] !== undefined) attributes[name] = user[name] ?? null
  if (attributes['custom_role_id'] !== undefined) attributes['custom_role_id'] = user.custom_role_id ?? null
  const presence = user.suspended ? ('suspended' as const) : ('active' as const)
  return {
    ...record,
    applied: { presence, attributes: ofRole(attributes, user.role ?? undefined) },
    suspendedByUs: record.suspendedByUs && record.applied.presence === presence,
  }
}
