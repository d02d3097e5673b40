import type { Kept, Undone } from '@provisioner/shared/ledger/undone.ts'
import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../plan/choose-values.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { saidOf } from '../plan/with-kept.ts'
import { UndoneOfScan } from './undone-of-scan.ts'

const ada: WantedUser = {
  ...{ id: 'u1', dn: 'uid=ada', email: 'ada@acme.com', disabled: false },
  ...{ attributes: { email: 'ada@acme.com', phone: '+442' }, empty: [], createOnly: [], tagsMode: 'merge' },
}
const by = { by: 'eve@host', at: 1, of: 'change 1' }
const TRUSTED = { statusUnread: false, mappings: new Set<string>() }

function scanOf(kept: Record<string, Partial<Kept> & Pick<Kept, 'to'>>, member = 'user|u1') {
  const all = Object.fromEntries(Object.entries(kept).map(([name, one]) => [name, { ...by, ...one }]))
  const undone: Undone = { dn: 'uid=ada', label: 'ada@acme.com', kept: all }
  return new UndoneOfScan({ values: new Map([[member, undone]]), unreadable: [] })
}
const planned = (scan: UndoneOfScan, user: WantedUser) => scan.ofUser({ user, print: fingerprintOf(user) })

describe('what was undone of a user', () => {
  it('takes the place of what the entry says, and what it says is noted', () => {
    const scan = scanOf({ phone: { to: '+441' } })

    const { user, print } = planned(scan, ada)
    const { replacements, ended } = scan.noted(TRUSTED)

    expect([user.attributes['phone'], print === fingerprintOf(ada), ended]).toEqual(['+441', false, []])
    expect(replacements[0]?.after?.kept['phone']?.said).toBe(saidOf(ada, 'phone'))
  })

  it.each<[string, WantedUser, string]>([
    ['holds while the entry says the same of it', { ...ada, attributes: { ...ada.attributes, name: 'Other' } }, '+441'],
    ['ends when the entry says something else', { ...ada, attributes: { ...ada.attributes, phone: '+449' } }, '+449'],
    ['holds while it can not be told what the entry says', { ...ada, attributes: { email: ada.email } }, '+441'],
  ])('%s', (_what, now, phone) => {
    const scan = scanOf({ phone: { to: '+441', said: saidOf(ada, 'phone')! } })

    const { user } = planned(scan, now)
    const { ended } = scan.noted(TRUSTED)

    expect(user.attributes['phone']).toBe(phone)
    expect(ended.map(({ names }) => names)).toEqual(phone === '+449' ? [['phone']] : [])
  })

  it('ends one thing, and keeps the others', () => {
    const scan = scanOf({ phone: { to: '+441', said: 'x' }, name: { to: 'Ada L.' } })
    planned(scan, { ...ada, attributes: { ...ada.attributes, name: 'Ada' } })

    const { replacements } = scan.noted(TRUSTED)

    expect(Object.keys(replacements[0]!.after!.kept)).toEqual(['name'])
  })

  it('makes nobody disabled who is kept active, rejected or not, until the entry is enabled', () => {
    const scan = scanOf({ presence: { to: 'active', said: 'disabled' } })

    expect(planned(scan, { ...ada, disabled: true }).user.disabled).toBe(false)
    expect(scan.ofRejected('u1', true)).toBe(false)
    planned(scan, ada)
    expect(scan.noted(TRUSTED).ended).toEqual([{ member: 'user|u1', label: 'ada@acme.com', names: ['presence'] }])
  })

  it('does not end by a status, or by a value, that nobody could read', () => {
    const status = scanOf({ presence: { to: 'active', said: 'disabled' } })
    planned(status, ada)
    const value = scanOf({ phone: { to: '+441', said: saidOf(ada, 'phone')! } })
    planned(value, { ...ada, attributes: { email: ada.email }, empty: ['phone'] })

    expect(status.noted({ ...TRUSTED, statusUnread: true })).toEqual({ replacements: [], ended: [] })
    expect(value.noted({ ...TRUSTED, mappings: new Set(['phone']) })).toEqual({ replacements: [], ended: [] })
  })

  it('keeps who is absent, and ends when their entry is back', () => {
    const first = scanOf({ presence: { to: 'active' }, phone: { to: '+441' } })
    const kept = first.usersWithout({ has: () => false })
    const noted = first.noted(TRUSTED).replacements[0]!.after!

    expect([[...kept.keys()], noted.kept['presence']?.said, noted.kept['phone']?.said]).toEqual([
      ['u1'],
      'absent',
      undefined,
    ])
    const second = new UndoneOfScan({ values: new Map([['user|u1', noted]]), unreadable: [] })
    planned(second, ada)
    expect(second.noted(TRUSTED).ended.map(({ names }) => names)).toEqual([['presence']])
  })
})

it('tells whose it can not read, and that it can read nobody', () => {
  const fields = ['user|u1', 'membership|g1~u2', 'group|g3'].map((field) => ({ key: 'k', field, why: 'is no JSON' }))
  const some = new UndoneOfScan({ values: new Map(), unreadable: fields })

  expect([[...some.unreadable.users], [...some.unreadable.groups], some.isLost]).toEqual([['u1', 'u2'], ['g3'], false])
  expect(new UndoneOfScan({ values: new Map(), unreadable: [{ key: 'k', why: 'is a string' }] }).isLost).toBe(true)
})
