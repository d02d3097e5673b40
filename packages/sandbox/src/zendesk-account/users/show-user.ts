import type { Account } from '../account.ts'
import { ianaTimeZone } from '../time-zones.ts'
import { localeId } from '../locales.ts'
import type { IdentityRecord, UserFieldRecord, UserRecord } from '../records.ts'
import { primaryEmail, roleType } from './find-users.ts'
import { showLookup } from './lookup-fields.ts'
import { showPhoto } from './photo.ts'

/** A user as answers hold it. */
export function showUser(account: Account, user: UserRecord): Record<string, unknown> {
  const team = user.role !== 'end-user'
  return {
    id: user.id,
    url: `${account.origin}/api/v2/users/${user.id}.json`,
    name: user.name,
    email: primaryEmail(account, user.id)?.value ?? null,
    created_at: user.created_at,
    updated_at: user.updated_at,
    time_zone: user.time_zone,
    iana_time_zone: ianaTimeZone(user.time_zone) ?? user.time_zone,
    phone: user.phone,
    shared_phone_number: user.shared_phone_number,
    photo: showPhoto(account, user),
    locale_id: localeId(user.locale),
    locale: user.locale,
    organization_id: user.organization_id,
    role: user.role,
    verified: user.active && (primaryEmail(account, user.id)?.verified ?? user.verified),
    external_id: user.external_id,
    tags: tagsOf(account, user),
    alias: user.alias,
    active: user.active,
    shared: false,
    shared_agent: false,
    last_login_at: user.last_login_at,
    two_factor_auth_enabled: team ? null : false,
    signature: user.signature,
    details: user.details,
    notes: user.notes,
    role_type: roleType(account, user),
    custom_role_id: user.custom_role_id,
    moderator: user.moderator,
    ticket_restriction: team ? user.ticket_restriction : 'requested',
    only_private_comments: user.only_private_comments,
    restricted_agent: !team || user.ticket_restriction !== null,
    suspended: user.suspended,
    default_group_id: user.default_group_id,
    report_csv: user.role === 'admin',
    user_fields: userFields(account, user),
  }
}

function tagsOf({ settings, userFields: fields }: Account, user: UserRecord): string[] {
  if (settings.unknowns.valueForms === 'as written') return user.tags
  const options = fields.all().flatMap(({ key, options: some }) => (some ? [user.user_fields[key]] : []))
  return [...new Set([...user.tags, ...options.flatMap((one) => (typeof one === 'string' ? [one] : []))])]
}

/** A field that nobody has set is there all the same: `false` for a checkbox, null otherwise. */
function userFields(account: Account, user: UserRecord): Record<string, unknown> {
  return Object.fromEntries(
    account.userFields.all().map((field) => [field.key, showField(account, field, user.user_fields[field.key])]),
  )
}

function showField(account: Account, field: UserFieldRecord, value: unknown): unknown {
  if (field.type === 'lookup') return showLookup(account, field, value)
  return value ?? (field.type === 'checkbox' ? false : null)
}

export function showIdentity(account: Account, identity: IdentityRecord): Record<string, unknown> {
  const shown = {
    url: `${account.origin}/api/v2/users/${identity.user_id}/identities/${identity.id}.json`,
    id: identity.id,
    user_id: identity.user_id,
    type: identity.type,
    value: identity.value,
    verified: identity.verified,
    primary: identity.primary,
    created_at: identity.created_at,
    updated_at: identity.updated_at,
  }
  return identity.type === 'email' ? { ...shown, undeliverable_count: 0, deliverable_state: 'deliverable' } : shown
}
