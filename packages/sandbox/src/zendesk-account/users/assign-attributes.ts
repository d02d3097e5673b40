import type { Account } from '../account.ts'
import { readLocale } from '../locales.ts'
import { invalid, refuseUnfit } from '../refusal.ts'
import type { UserFieldRecord, UserRecord } from '../records.ts'
import { ianaTimeZone } from '../time-zones.ts'
import { readLookup } from './lookup-fields.ts'
import { assignOrganizations } from './organizations.ts'
import { assignPhoto } from './photo.ts'
import type { UserBody } from './user-body.ts'

const RESTRICTIONS = ['organization', 'groups', 'assigned', 'requested']

/** Sets what has no other effects. Attributes that Zendesk does not know are ignored, without a word. */
export function assignAttributes(account: Account, user: UserRecord, body: UserBody): void {
  const {
    name,
    external_id: externalId,
    time_zone: timeZone,
    tags,
    user_fields: fields,
    ticket_restriction: restriction,
  } = body
  if (name !== undefined || user.name === '') user.name = readName(name)
  for (const key of ['alias', 'details', 'notes', 'signature'] as const)
    if (body[key] !== undefined) user[key] = body[key] === null ? null : textOf(account, body[key])
  for (const key of ['suspended', 'verified', 'moderator', 'only_private_comments'] as const)
    if (body[key] !== undefined && body[key] !== null) user[key] = body[key] === true || body[key] === 'true'
  if (externalId !== undefined) user.external_id = readExternalId(account, user, externalId)
  if (timeZone !== undefined && timeZone !== null) {
    if (ianaTimeZone(String(timeZone)) !== undefined) user.time_zone = String(timeZone)
    else refuseUnfit(account, 'time_zone', 'Time zone: is not included in the list')
  }
  user.locale = readLocale(account, body) ?? user.locale
  if (restriction === null || RESTRICTIONS.includes(String(restriction)))
    user.ticket_restriction = restriction === null ? null : String(restriction)
  else if (restriction !== undefined && !becomesEndUser(user, body))
    refuseUnfit(account, 'ticket_restriction', 'Ticket restriction: is not included in the list')
  assignOrganizations(account, user, body)
  assignPhoto(account, user, body)
  if (tags !== undefined && tags !== null) user.tags = readTags(tags)
  if (fields !== undefined && fields !== null) assignFields(account, user, fields as Record<string, unknown>)
}

function textOf({ settings }: Account, value: unknown): string {
  return settings.unknowns.valueForms === 'tidied up' ? String(value).replaceAll('\r\n', '\n').trim() : String(value)
}

/** An end user's restriction is `requested`, whatever is asked for; so says the official file. */
function becomesEndUser({ role }: UserRecord, body: UserBody): boolean {
  return (body['role'] ?? role) === 'end-user' && !body['custom_role_id']
}

/** One letter is enough. That 255 are not too many, and more are, is what alphagov/support#323 met. */
function readName(name: unknown): string {
  const text = name === undefined || name === null ? '' : String(name).trim()
  if (text === '') throw invalid('name', 'Name: is too short (minimum one character)', 'ValueTooShort')
  if (text.length > 255)
    throw invalid('name', 'Name: is too long (maximum is 255 characters after encoding)', 'ValueTooLong')
  return text
}

/** Unique whatever the case; Zendesk names the fault under the attribute `name`. */
function readExternalId(account: Account, user: UserRecord, value: unknown): string | null {
  const text = value === null ? '' : String(value)
  if (text === '') return null
  const holder = account.externalIds.get(text.toLowerCase())
  if (holder && holder.id !== user.id) throw invalid('name', 'External has already been taken')
  return text
}

/** A set, in lower case, spaces and commas part them. */
function readTags(tags: unknown): string[] {
  const words = (Array.isArray(tags) ? tags : [tags]).flatMap((tag) =>
    String(tag)
      .toLowerCase()
      .split(/[\s,]+/),
  )
  return [...new Set(words.filter(Boolean))]
}

/** A key of no field is ignored. */
function assignFields(account: Account, user: UserRecord, fields: Readonly<Record<string, unknown>>): void {
  const known = Object.fromEntries(
    account.userFields
      .all()
      .filter(({ key }) => fields[key] !== undefined)
      .map((field) => [field.key, readField(account, field, fields[field.key])])
      .filter(([, value]) => value !== undefined),
  )
  user.user_fields = account.settings.unknowns.userFields === 'merged' ? { ...user.user_fields, ...known } : known
}

/** Undefined for what is ignored. */
function readField(account: Account, field: UserFieldRecord, value: unknown): unknown {
  const { key, type } = field
  if (value === null || value === '') return null
  switch (type) {
    case 'lookup':
      return readLookup(account, field, value)
    case 'checkbox':
      return value === true || value === 'true' || value === '1'
    case 'integer':
    case 'decimal':
      return Number.isFinite(Number(value)) ? Number(value) : refuseUnfit(account, key, `${key}: must be a number`)
    case 'date': {
      const day = new Date(String(value))
      if (Number.isNaN(day.getTime())) return refuseUnfit(account, key, `${key}: is not a date`)
      return `${day.toISOString().slice(0, 10)}T00:00:00+00:00`
    }
    default:
      return String(value)
  }
}
