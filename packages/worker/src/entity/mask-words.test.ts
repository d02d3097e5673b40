import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import { describe, expect, it } from 'vitest'
import { maskedNames } from '@provisioner/shared/config/masked-names.ts'
import { maskWords } from './mask-words.ts'

const mapping = (masked: boolean) => ({
  from: ['x'],
  trim: true,
  createOnly: false,
  whenEmpty: 'clear' as const,
  masked,
  expectEmpty: false,
})
const record = (desired: UserAttributes, applied: UserAttributes = {}, kind = 'user') =>
  ({ kind, desired: { attributes: desired }, applied: { attributes: applied } }) as LedgerRecord

it('knows the names of what is masked', () => {
  const map = { email: mapping(false), name: mapping(false), phone: mapping(true) }
  expect(maskedNames(map)).toEqual(['phone'])
  expect(maskedNames({ ...map, user_fields: { desk: mapping(true), floor: mapping(false) } })).toEqual([
    'phone',
    'user_fields.desk',
  ])
})

describe('of Zendesk’s words', () => {
  it.each<[string, LedgerRecord, string, string]>([
    ['a value is hidden', record({ phone: '+49 1' }), 'Phone: +49 1 is invalid', 'Phone: *** is invalid'],
    ['in every case', record({ phone: 'Secret' }), "'SECRET' and 'secret'", "'***' and '***'"],
    ['the one that is there', record({ phone: 'b' }, { phone: 'a' }), 'a, not b', '***, not ***'],
    ['a user field', record({ user_fields: { desk: 'K-1', floor: '2' } }), 'K-1 on 2', '*** on 2'],
    ['each tag', record({ tags: ['vip', 'vip_gold'] }), 'vip_gold, vip', '***, ***'],
    ['no part of a word', record({ phone: '4' }), '422: 4 is invalid', '422: *** is invalid'],
    ['what is not masked stays', record({ name: 'Ada' }), 'Ada is invalid', 'Ada is invalid'],
    ['a group has nothing to hide', record({}, {}, 'group'), 'phone', 'phone'],
  ])('%s', (_case, about, words, shown) => {
    expect(maskWords(words, about, ['phone', 'tags', 'user_fields.desk'])).toBe(shown)
  })
})
