import { expect, it } from 'vitest'
import { describeProgress } from './describe-progress.ts'

it.each([
  [{ written: 0, waiting: 12, ms: 10_000 }, '0 of 12 written'],
  [{ written: 9, waiting: 3, ms: 10_000 }, '9 of 12 written'],
  [{ written: 100, waiting: 300, ms: 2_000 }, '100 of 400 written'],
  [{ written: 100, waiting: 300, ms: 15_000 }, '100 of 400 written, about 45 s left'],
  [{ written: 12, waiting: 0, ms: 15_000 }, '12 of 12 written'],
])('of %j says %s', (progress, expected) => {
  expect(describeProgress(progress)).toBe(expected)
})
