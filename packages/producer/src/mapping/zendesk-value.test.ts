import { describe, expect, it } from 'vitest'

import type { AttributeKind } from './attribute-kind.ts'
import { toZendesk, type Scalar } from './zendesk-value.ts'

describe('converts', () => {
  it.each<[AttributeKind, Scalar, unknown]>([
    ['line', 'Ada', 'Ada'],
    ['line', 'Ada\r\n\tLovelace', 'Ada Lovelace'],
    ['line', '👩‍💻 Ada', '👩‍💻 Ada'],
    ['line', '👩'.repeat(255), '👩'.repeat(255)],
    ['line', 12, '12'],
    ['text', 'two\nlines', 'two\nlines'],
    ['email', 'Ada@Example.org', 'Ada@Example.org'],
    ['boolean', 'TRUE', true],
    ['boolean', 'true', true],
    ['boolean', '1', true],
    ['boolean', 'Yes', true],
    ['boolean', true, true],
    ['boolean', 'FALSE', false],
    ['boolean', 0, false],
    ['boolean', 'no', false],
    ['role', 'Agent', 'agent'],
    ['role', 'end-user', 'end-user'],
    ['ticket restriction', 'Groups', 'groups'],
    ['tags', 'VIP', ['vip']],
    ['web address', ' https://example.org/a.jpg', 'https://example.org/a.jpg'],
    ['names', ' Acme, Inc.\n', ['Acme, Inc.']],
    ['external id', 'e-12', 'e-12'],
    ['time zone', 'Berlin', 'Berlin'],
    ['time zone', ' Europe/Berlin', 'Berlin'],
    ['time zone', 'America/New_York', 'Eastern Time (US & Canada)'],
    ['time zone', 'Asia/Kolkata', 'New Delhi'],
    ['time zone', 'Europe/Oslo', 'Europe/Oslo'],
    ['field', '12', '12'],
    ['field', 12, 12],
    ['field', false, false],
  ])('%s %j to %j', (kind, written, value) => {
    expect(toZendesk(kind, [written])).toEqual({ value })
  })
})

describe('reports', () => {
  it.each<[AttributeKind, Scalar, string]>([
    ['line', 'x'.repeat(256), 'VALUE_TOO_LONG'],
    ['line', '👩'.repeat(256), 'VALUE_TOO_LONG'],
    ['email', `${'x'.repeat(255)}@example.org`, 'VALUE_TOO_LONG'],
    ['text', 'ü'.repeat(40_000), 'VALUE_TOO_LONG'],
    ['field', 'x'.repeat(102_400), 'VALUE_TOO_LONG'],
    ['line', 'a\u0007b', 'CONTROL_CHARACTER'],
    ['text', 'a\u0000b', 'CONTROL_CHARACTER'],
    ['text', 'half \ud83d', 'CONTROL_CHARACTER'],
    ['email', 'ada', 'EMAIL_MALFORMED'],
    ['boolean', 'maybe', 'BOOLEAN_UNREADABLE'],
    ['web address', 'ada.jpg', 'WEB_ADDRESS_UNFIT'],
    ['web address', 'file:///etc/passwd', 'WEB_ADDRESS_UNFIT'],
    ['role', 'superuser', 'ROLE_UNKNOWN'],
    ['ticket restriction', 'none', 'TICKET_RESTRICTION_UNKNOWN'],
    ['external id', 'cn=ada,dc=org', 'EXTERNAL_ID_WITH_COMMA'],
  ])('%s %j as %s', (kind, written, code) => {
    expect(toZendesk(kind, [written])).toMatchObject({ fault: { code } })
  })
})

it('shows a long value short and its control characters written out', () => {
  const result = toZendesk('line', [`a\u0007${'b'.repeat(300)}`])

  const what = 'fault' in result ? result.fault.what('***') : ''
  expect(what).toContain('302 characters')
})
