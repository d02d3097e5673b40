import { expect, it } from 'vitest'
import type { ChangeEvent, HistoryEvent } from '@provisioner/shared/history/event.ts'
import { maskEvent } from './mask-event.ts'

const JO = { kind: 'user', id: 'u1', label: 'jo@example.org', dn: 'uid=jo,dc=org' } as const

const change: ChangeEvent = {
  type: 'change',
  at: 1,
  connection: 'staff',
  kind: 'user',
  id: 'u1',
  label: 'jo@example.org',
  dn: 'mail=jo@example.org,dc=org',
  outcome: 'refused',
  operation: 'update user',
  changed: ['email'],
  before: { presence: 'active', attributes: { email: 'jo@example.org', phone: null, user_fields: { cost: 'K1-99' } } },
  after: {
    presence: 'active',
    attributes: { email: 'jo@example.org', phone: '+1555', user_fields: { cost: 'K2-99' } },
  },
  refusal: { code: 'EMAIL_TAKEN', message: 'Email jo@example.org is taken' },
  zendeskId: 5,
  revision: 1,
  origin: 'created',
}

it('hides the values of masked attributes, wherever they stand', () => {
  const masked = maskEvent({ ...change, outcome: 'applied' }, new Set(['email', 'phone', 'user_fields.cost']))

  expect(JSON.stringify(masked)).not.toMatch(/jo@example|1555|K[12]-99/)
  expect(masked).toMatchObject({
    label: '***',
    dn: 'mail=***,dc=org',
    before: { presence: 'active', attributes: { email: '***', phone: null, user_fields: { cost: '***' } } },
    after: { attributes: { email: '***', phone: '***', user_fields: { cost: '***' } } },
    refusal: { code: 'EMAIL_TAKEN', message: 'Email *** is taken' },
    masked: { email: 'same', phone: 'changed', 'user_fields.cost': 'changed' },
  })
})

it('leaves what nobody masks as it is', () => {
  expect(maskEvent(change, new Set())).toBe(change)
  expect(maskEvent(change, new Set(['name']))).toEqual(change)
})

it('hides everything of a connection that nobody configures', () => {
  expect(JSON.stringify(maskEvent(change, undefined))).not.toMatch(/jo@example|1555|K[12]-99/)
})

/** Of a user whose masked values are of an entry with this DN and label. */
const applied = (attributes: Record<string, unknown>, named: { label?: string; dn?: string; words?: string }) => ({
  ...change,
  ...{ outcome: 'applied' as const, changed: [], label: named.label ?? '', dn: named.dn ?? '' },
  ...{ before: null, after: { presence: 'active' as const, attributes } },
  refusal: { code: 'X', message: named.words ?? '' },
})

it.each<[string, Record<string, unknown>, { label?: string; dn?: string; words?: string }, object]>([
  [
    'the longer one first',
    { alias: '+44 20', phone: '+44 20 7946 0000' },
    { dn: 'tel=\\+44 20 7946 0000,dc=org' },
    { dn: 'tel=***,dc=org' },
  ],
  ['both where they overlap', { phone: 'ab cd', alias: 'cd ef' }, { label: 'ab cd ef' }, { label: '***' }],
  ['with an escaped comma', { name: 'Lovelace, Ada' }, { dn: 'CN=Lovelace\\, Ada,dc=org' }, { dn: 'cn=***,dc=org' }],
  ['with an escaped byte', { name: 'Lovelace, Ada' }, { dn: 'cn=Lovelace\\2C Ada,dc=org' }, { dn: 'cn=***,dc=org' }],
  ['in UTF-8 that is escaped', { name: 'Zoë' }, { dn: 'cn=Zo\\C3\\AB \\+ 1,dc=org' }, { dn: 'cn=*** \\+ 1,dc=org' }],
  ['within quotation marks', { name: 'Lovelace, Ada' }, { dn: 'cn="Lovelace, Ada",dc=org' }, { dn: 'cn=***,dc=org' }],
  ['in one of two parts', { alias: 'jo1' }, { dn: 'cn=Jo+uid=JO1,dc=org' }, { dn: 'cn=Jo+uid=***,dc=org' }],
  ['as a DN', { alias: 'UID=jo, dc=org' }, { dn: 'uid=jo,dc=org' }, { dn: '***' }],
  ['in what is no DN', { name: 'Lovelace, Ada' }, { dn: 'Lovelace\\, Ada' }, { dn: '***' }],
  ['in other letters', { alias: 'Ada.Lovelace@acme.com' }, { label: 'ada.lovelace@ACME.com' }, { label: '***' }],
  ['with other blanks', { name: 'Ada  Lovelace' }, { words: 'ada lovelace is' }, { refusal: { message: '*** is' } }],
  ['short, as a word', { alias: 'jo' }, { dn: 'uid=jo,ou=join', label: 'jo@a.org' }, { dn: 'uid=***,ou=join' }],
  ['that are patterns', { alias: 'a.c(' }, { label: 'abc( a.c(' }, { label: 'abc( ***' }],
])('finds masked values, %s', (_what, attributes, named, expected) => {
  expect(maskEvent(applied(attributes, named), new Set(['phone', 'alias', 'name']))).toMatchObject(expected)
})

it('hides an address in all of a label, also one that was released since', () => {
  const newer = applied({ email: 'jo@example.org' }, { label: 'new@example.org' })

  expect(maskEvent(newer, new Set(['email']))).toMatchObject({ label: '***' })
})

const silent = { ...change, ...JO, refusal: { code: 'X', message: '' } }

const UNKNOWN: readonly (readonly [string, HistoryEvent])[] = [
  ['a decision', { type: 'decision', at: 1, connection: 'staff', verdict: 'approve', by: 'ada', ...JO }],
  ['an undo', { type: 'undo', at: 1, connection: 'staff', by: 'ada', undo: 'ada 1', about: JO }],
  ['the end of one', { type: 'release-undo', at: 1, connection: 'staff', by: 'ada', undo: 'ada 1', about: JO }],
  ['a retry', { type: 'retry', at: 1, connection: 'staff', by: 'ada', jobs: 1, about: JO }],
  ['a link', { type: 'link', at: 1, connection: 'staff', by: 'ada', zendeskId: 5, about: JO }],
  ['an unlink', { type: 'unlink', at: 1, connection: 'staff', by: 'ada', zendeskId: 5, about: JO }],
  ['a creation that was refused', { ...silent, before: null, after: null }],
  ['a masked value that was refused', { ...silent, changed: ['user_fields.desk'], before: null, after: null }],
  ['what was found', { ...silent, outcome: 'found', before: null, after: { presence: 'active' } }],
  ['a membership', { ...silent, kind: 'membership', outcome: 'applied', before: null, after: { presence: 'active' } }],
]

it.each(UNKNOWN)(
  'hides the DN of %s, where it could have a masked value, and what is no address that all may see',
  (_what, event) => {
    const says = (names: ReadonlySet<string> | undefined, label: string = JO.label) =>
      JSON.stringify(maskEvent(JSON.parse(JSON.stringify(event).replaceAll(JO.label, label)) as HistoryEvent, names))

    expect(says(new Set(['user_fields.desk', 'user_fields.desk_id']))).toMatch(
      /^(?!.*(uid=jo|dc=org)).*"label":"jo@example/,
    )
    expect(says(new Set(['user_fields.desk']), 'Jo 4711')).not.toContain('4711')
    for (const names of [new Set(['email']), undefined]) expect(says(names)).not.toMatch(/jo@example|uid=jo|dc=org/)
    expect(maskEvent(event, new Set())).toEqual(event)
    expect(maskEvent(event, new Set(['phone', 'phone_id']))).toEqual(event)
  },
)

it('hides what has digits, where phones are masked', () => {
  const about = { ...JO, label: 'Jo 4711', dn: 'tel=47 1-1,dc=org' }
  const event = { type: 'undo', at: 1, connection: 'staff', by: 'ada', undo: 'ada 1', about } as const

  expect(maskEvent(event, new Set(['phone', 'phone_id']))).toMatchObject({ about: { label: '***', dn: '***' } })
})

it.each([
  [new Set(['role', 'role_id']), '***'],
  [undefined, '***'],
  [new Set(['phone']), 'from end-user to agent'],
])('hides which role was held, where roles are masked: %#', (names, cause) => {
  const decision = { type: 'decision', at: 1, connection: 'staff', verdict: 'approve', by: 'ada', ...JO } as const

  expect(maskEvent({ ...decision, cause: 'from end-user to agent' }, names)).toMatchObject({ cause })
  expect(maskEvent({ ...decision, cause: 'deleted' }, names)).toMatchObject({ cause: 'deleted' })
})

it('leaves what names a group', () => {
  const event = { type: 'decision', at: 1, connection: 'staff', verdict: 'approve', by: 'ada' } as const
  const about = { kind: 'group', id: 'g1', label: 'Support', dn: 'cn=Support,dc=org' } as const

  const after = { presence: 'active', name: 'Support' } as const
  const made = { ...change, ...about, outcome: 'applied', before: null, after } as const

  for (const names of [new Set(['email']), undefined])
    expect(maskEvent({ ...event, ...about }, names)).toEqual({ ...event, ...about })
  expect(maskEvent(made, new Set(['email']))).toEqual(made)
  expect(maskEvent(made, undefined)).toMatchObject({ ...about, after })
})
