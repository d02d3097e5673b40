import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import { zendeskTimeZone } from '../mapping/time-zones.ts'

/** Fewer digits are an extension, and no number that a country's prefix was put before. */
const LOCAL_DIGITS = 6

/** A day as Zendesk shows it of a date field: `2012-07-23T00:00:00Z`, or with an offset. */
const SHOWN_DAY = /^(\d{4}-\d\d-\d\d)T00:00:00/

/** Attributes of agents: of an end user Zendesk keeps none, whatever is asked for (official OpenAPI file). */
export const OF_AGENTS: ReadonlySet<string> = new Set([
  'custom_role_id',
  'moderator',
  'only_private_comments',
  'signature',
  'ticket_restriction',
])

/**
 * Whether Zendesk shows a value that was written, if in a form of its own. Names are as in a plan's changes,
 * `user_fields.floor` for a user field.
 *
 *   attribute                | written              | shown                    | is that what was written?
 *   -------------------------|----------------------|--------------------------|---------------------------
 *   any                      | null, '', []         | null, '', [], false      | yes
 *   email, external_id       | Jo@x                 | jo@X                     | yes: Zendesk has no case there
 *   phone                    | +49 (30) 1234567     | +49301234567             | yes: its digits are the same
 *   phone                    | 030 1234567          | +49301234567             | yes: with a country's prefix
 *   time_zone                | Berlin               | Europe/Berlin            | yes: one zone has two names
 *   verified                 | false                | true                     | yes: the user has verified it
 *   moderator and the like   | false                | null                     | yes
 *   tags                     | VIP                  | vip                      | yes, in whatever order
 *   a date field             | 2026-11-28           | 2026-11-28T00:00:00Z     | yes
 *   a number, a check box    | '42', 'TRUE'         | 42, true                 | yes
 *   any text                 | 'a', CR LF, 'b '     | 'a', LF, 'b'             | yes: line breaks, outer blanks
 *   any other                | a                    | b                        | no
 */
export function isAsWritten(name: string, written: AttributeValue, shown: AttributeValue): boolean {
  if (name === 'verified') return shown === true || written !== true
  if (isNothing(written) || isNothing(shown)) return isNothing(written) && isNothing(shown)
  if (name === 'email' || name === 'external_id') return lower(written) === lower(shown)
  if (name === 'phone') return isSameNumber(String(written), String(shown))
  if (name === 'time_zone') return zendeskTimeZone(String(written)) === zendeskTimeZone(String(shown))
  if (Array.isArray(written) || Array.isArray(shown)) return wordsOf(written) === wordsOf(shown)
  if (typeof shown === 'boolean') return /^(true|1)$/i.test(String(written).trim()) === shown
  if (typeof shown === 'number') return Number(written) === shown
  const day = SHOWN_DAY.exec(String(shown))?.[1]
  return textOf(written) === textOf(shown) || (day !== undefined && day === dayOf(String(written)))
}

/** A check box that is not ticked is shown as `false`, one that was never set as null. */
function isNothing(value: AttributeValue): boolean {
  return isEmpty(value) || value === false
}

function lower(value: AttributeValue): string {
  return String(value).trim().toLowerCase()
}

/** Written in groups, with an exit code or a national zero in front, or with a country's prefix: it is one number. */
function isSameNumber(written: string, shown: string): boolean {
  const [ours, theirs] = [written, shown].map((text) => text.replace(/\D/g, '').replace(/^0+/, '')) as [string, string]
  if (ours === theirs) return ours !== '' || textOf(written) === textOf(shown)
  return !written.trim().startsWith('+') && ours.length >= LOCAL_DIGITS && theirs.endsWith(ours)
}

function wordsOf(value: AttributeValue): string {
  const words = Array.isArray(value) ? (value as readonly string[]) : [String(value)]
  return JSON.stringify([...new Set(words.map(lower))].sort())
}

function textOf(value: AttributeValue): string {
  return String(value).replaceAll('\r\n', '\n').normalize('NFC').trim()
}

/** The day that a text names, as Zendesk reads it; undefined for a text that names none. */
function dayOf(text: string): string | undefined {
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10)
}
