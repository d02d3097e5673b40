import { expect, it } from 'vitest'
import { comparePlans, type PlannedThing } from './plan-request.ts'

const thing = (key: string, more: Partial<PlannedThing> = {}): PlannedThing => ({
  ...{ key, state: 'released', operation: 'update user', desired: 'a', from: 'b', dn: key, label: key },
  ...more,
})

it('tells apart what is the same, gone, done, other and new', () => {
  const planned = ['same', 'gone', 'done', 'value', 'start', 'held', 'does'].map((key) => thing(key))
  const now = [
    thing('same'),
    thing('value', { desired: 'c' }),
    thing('start', { from: 'c' }),
    thing('held', { state: 'held' }),
    thing('does', { operation: 'suspend user' }),
    thing('new'),
  ]

  const { differences, count, done, same } = comparePlans(planned, now, new Set(['done']))

  expect([count, done, [...same]]).toEqual([6, 1, ['same']])
  expect(differences.map(({ how, key }) => `${how} ${key}`)).toEqual([
    'gone gone',
    'other value',
    'other start',
    'other held',
    'other does',
    'new new',
  ])
})

it('passes the first thousand back, and counts all', () => {
  const { differences, count } = comparePlans(
    Array.from({ length: 3_000 }, (_one, i) => thing(`u${i}`)),
    [],
    new Set(),
  )

  expect([differences.length, count]).toEqual([1_000, 3_000])
})
