import { describe, expect, it } from 'vitest'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { closedCategories, provesItself } from './ahead-of-cycle.ts'
import type { Change } from './change.ts'

const map = {
  phone: { from: ['telephoneNumber'] },
  notes: { from: ['title', 'cn'] },
  alias: { from: ['uid'], default: 'none' },
  details: { from: [], expression: 'entry.sn' },
  organization: { from: ['o'] },
  user_fields: { plan: { from: ['employeeType'] } },
}

const BIT: object = { attribute: 'x', bit: 2 }
const LACKING: object = { attribute: 'x', disabledWhen: ['left'], whenAbsent: 'disabled' }

function connection({ status = BIT, emailReuse = 'hold' } = {}): ConnectionConfig {
  return { directory: { status }, users: { map, emailReuse } } as unknown as ConnectionConfig
}

const pending = (presence: 'active' | 'suspended') => ({ presence, attributes: {}, createOnly: [], tagsMode: 'merge' })

const change = (more: object): Change => ({ kind: 'user', cleared: [], ...more }) as unknown as Change
const update = (changed: string[], more = {}) => change({ operation: 'update user', changed, ...more })
const suspension = (more = {}) =>
  change({
    operation: 'suspend user',
    changed: ['suspended'],
    removal: { category: 'users', cause: 'disabled' },
    ...more,
  })

describe('a change is sure from the entry alone', () => {
  it.each([
    ['a value from one attribute', update(['phone'])],
    ['a user field', update(['user_fields.plan', 'phone'])],
    ['an organization', update(['organization_id'])],
    ['the suspension of who is disabled', suspension()],
    ['a suspension in place of an update that waits', suspension({ pending: pending('active') })],
  ])('%s', (_what, one) => expect(provesItself(one, connection())).toBe(true))

  it.each([
    ['an address', update(['email', 'phone'])],
    ['a role', update(['role'])],
    ['a value that another attribute may give', update(['notes'])],
    ['a value that a default may give', update(['alias'])],
    ['a value that an expression gives', update(['details'])],
    ['a value that is emptied', update(['phone'], { cleared: ['phone'] })],
    ['nothing but a state', update([])],
    ['an attribute that the mapping does not give', update(['locale_id'])],
    ['a lower role', update(['phone'], { removal: { category: 'users', cause: 'role lowered from agent' } })],
    ['what asks for a word', update(['phone'], { consent: { category: 'adoptions', cause: 'x' } })],
    ['an update while another change waits', update(['phone'], { pending: pending('suspended') })],
    ['a suspension while another one waits', suspension({ pending: pending('suspended') })],
    ['who has left', suspension({ removal: { category: 'users', cause: 'deleted' } })],
    ['a restoration', change({ operation: 'restore user', changed: ['suspended'] })],
    ['a creation', change({ operation: 'create user', changed: ['phone'] })],
    ['a membership', change({ kind: 'membership', operation: 'add member', changed: ['member'] })],
  ])('and is not: %s', (_what, one) => expect(provesItself(one, connection())).toBe(false))

  it('no suspension where it is a value that lacks, or where another entry may take the user over', () => {
    const lacking = connection({ status: LACKING })

    expect([lacking, connection({ emailReuse: 'relink' })].map((one) => provesItself(suspension(), one))).toEqual([
      false,
      false,
    ])
  })
})

describe('of a category nothing goes out ahead', () => {
  const limit = { share: 0.1, min: 4 }
  const limits = { window: 1, users: limit, updates: limit } as unknown as ConnectionConfig['guard']
  const before = { limits, known: 100, used: new Map<string, number>(), held: new Set<string>() }
  const of = (count: number) => Array.from({ length: count }, () => ({ category: 'users' as const }))

  it.each([
    ['while half of its limit is not reached', 5, before, []],
    ['beyond half of its limit', 6, before, ['users']],
    ['beyond that with what went out before', 2, { ...before, used: new Map([['users', 4]]) }, ['users']],
    ['of which some is held', 1, { ...before, held: new Set(['users']) }, ['users']],
    ['beyond half of the least that is allowed', 3, { ...before, known: 2 }, ['users']],
  ])('%s', (_what, count, given, closed) => {
    expect([...closedCategories(of(count), given)]).toEqual(closed)
  })
})
