import { expect, it } from 'vitest'
import { describeSeats } from './describe-seats.ts'

it.each([
  [0, 0, false, undefined],
  [1, 0, false, 'Seats: 1 comes free.'],
  [2, 1, false, 'Seats: 2 come free, 1 more is taken.'],
  [0, 3, false, 'Seats: 3 more are taken.'],
  [2, 1, true, 'Seats: 2 come free, 1 more is taken.'],
  [1, 2, true, 'Seats: 1 comes free, 2 more are taken. The account has none left: 1 agent waits for one.'],
  [0, 3, true, 'Seats: 3 more are taken. The account has none left: 3 agents wait for one.'],
])('of %i freed and %i taken, none left: %s', (freed, taken, noneLeft, text) => {
  expect(describeSeats({ freed, taken }, noneLeft)).toBe(text)
})

it('tells that new agents leave the account’s default group, where any are made', () => {
  expect(describeSeats({ freed: 0, taken: 1 }, false, true)).toBe(
    'Seats: 1 more is taken. ' +
      "Who takes one leaves the account's default group once the directory has put them into another one.",
  )
  expect(describeSeats({ freed: 1, taken: 0 }, false, true)).toBe('Seats: 1 comes free.')
})
