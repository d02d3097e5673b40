import type { AttributeValue } from '@provisioner/shared/desired.ts'
import { ROLES } from '@provisioner/shared/role-rank.ts'

import type { AttributeKind } from './attribute-kind.ts'
import { faultOfEmail } from './email.ts'
import type { Fault } from './fault.ts'
import { normaliseTags } from './tags.ts'
import { zendeskTimeZone } from './time-zones.ts'
import { faultOfText, oneLine } from './value-limits.ts'

/** A value on its way to Zendesk. Directories yield text; expressions and defaults also numbers and booleans. */
export type Scalar = string | number | boolean

export type Conversion = { readonly value: AttributeValue } | { readonly fault: Fault }

const TRUE = new Set(['true', '1', 'yes'])
const FALSE = new Set(['false', '0', 'no'])
const TICKET_RESTRICTIONS = ['organization', 'groups', 'assigned', 'requested']

/**
 * What Zendesk is to hold for these values, or why it cannot. Of several values only tags and names take more than the
 * first.
 */
export function toZendesk(kind: AttributeKind, values: readonly [Scalar, ...Scalar[]]): Conversion {
  const first = values[0]
  switch (kind) {
    case 'tags':
      return toTags(values)
    case 'names':
      return toNames(values)
    case 'boolean':
      return toBoolean(String(first))
    case 'role':
      return toOneOf(ROLES, 'ROLE_UNKNOWN', String(first))
    case 'ticket restriction':
      return toOneOf(TICKET_RESTRICTIONS, 'TICKET_RESTRICTION_UNKNOWN', String(first))
    case 'email':
      return toText(String(first), 'line', faultOfEmail)
    case 'external id':
      return toText(String(first), 'line', faultOfExternalId)
    case 'time zone':
      return toText(zendeskTimeZone(String(first).trim()), 'line')
    case 'web address':
      return toText(String(first).trim(), 'text', faultOfWebAddress)
    case 'line':
      return toText(String(first), 'line')
    case 'text':
      return toText(String(first), 'text')
    case 'field':
      return typeof first === 'string' ? toText(first, 'text') : { value: first }
    default:
      return kind satisfies never
  }
}

function toText(written: string, limit: 'line' | 'text', faultOf?: (text: string) => Fault | undefined): Conversion {
  const text = limit === 'line' ? oneLine(written) : written
  const fault = faultOfText(text, limit) ?? faultOf?.(text)
  return fault === undefined ? { value: text } : { fault }
}

function toTags(values: readonly Scalar[]): Conversion {
  const result = normaliseTags(values.map(String))
  return 'fault' in result ? result : { value: result.tags }
}

/** A set, sorted, so that equal directory values give equal names; Zendesk's names have no case. */
function toNames(values: readonly Scalar[]): Conversion {
  const names = new Map<string, string>()
  for (const value of values.map(String).sort()) {
    const name = oneLine(value).trim()
    const fault = faultOfText(name, 'line')
    if (fault !== undefined) return { fault }
    if (name !== '' && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  return { value: [...names.values()] }
}

function toBoolean(text: string): Conversion {
  const word = text.trim().toLowerCase()
  if (TRUE.has(word)) return { value: true }
  if (FALSE.has(word)) return { value: false }
  return {
    fault: {
      code: 'BOOLEAN_UNREADABLE',
      value: text,
      what: (shown) => `${shown} is neither true, 1 or yes nor false, 0 or no`,
      todo: 'Correct the value in the directory, or map an expression that yields true or false',
    },
  }
}

function toOneOf(choices: readonly string[], code: string, text: string): Conversion {
  const word = text.trim().toLowerCase()
  if (choices.includes(word)) return { value: word }
  return {
    fault: {
      code,
      value: text,
      what: (shown) => `${shown} is none of ${choices.join(', ')}`,
      todo: 'Correct the value in the directory, or map it with byGroup or an expression',
    },
  }
}

function faultOfWebAddress(text: string): Fault | undefined {
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol === 'http:' || protocol === 'https:') return undefined
  return {
    code: 'WEB_ADDRESS_UNFIT',
    value: text,
    what: (shown) => `${shown} is no address of the web: Zendesk could fetch nothing from there`,
    todo: 'Correct the value in the directory (https://…), or map an expression that yields an address',
  }
}

function faultOfExternalId(text: string): Fault | undefined {
  if (!text.includes(',')) return undefined
  return {
    code: 'EXTERNAL_ID_WITH_COMMA',
    value: text,
    what: (shown) => `${shown} holds a comma: Zendesk's look-up by external id would read it as two ids`,
    todo: 'Map an attribute without commas to external_id, or set externalId: directoryId',
  }
}
