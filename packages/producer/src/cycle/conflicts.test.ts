import { expect, it } from 'vitest'
import { mayTakeOver } from './conflicts.ts'
import type { Standing } from './owners.ts'

it.each<[Standing, 'this' | 'another', boolean | 'unknown', 'no' | 'relink' | 'yes']>([
  // owner's standing, of which connection, whether the taker is disabled → taken over
  ['present', 'this', false, 'no'],
  ['present', 'another', false, 'no'],
  ['silent', 'another', false, 'no'],
  ['disabled', 'this', false, 'relink'],
  ['disabled', 'another', false, 'relink'],
  ['disabled', 'this', true, 'no'],
  ['disabled', 'another', 'unknown', 'no'],
  ['left', 'this', false, 'relink'],
  ['left', 'this', true, 'relink'],
  ['left', 'another', true, 'yes'],
  ['abandoned', 'another', false, 'yes'],
])('from one who is %s, of %s connection, by one whose disabled is %s: %s', (standing, whose, disabled, answer) => {
  const taken = (['hold', 'relink'] as const).map((reuse) =>
    mayTakeOver({ disabled }, { standing }, whose === 'this', reuse),
  )

  expect(taken).toEqual({ no: [false, false], relink: [false, true], yes: [true, true] }[answer])
})
