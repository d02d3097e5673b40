import { expect, it } from 'vitest'
import { slowedUntil } from './slowed-cycles.ts'

const MINUTE = 60_000

it.each<[string, number, readonly (number | undefined)[]]>([
  ['DIRECTORY_UNREACHABLE', 1, [undefined, 2, 4, 8, 15, 15]],
  ['DIRECTORY_SCAN_INCOMPLETE', 1, [undefined, 2, 4, 8, 15, 15]],
  ['DIRECTORY_BASE_MISSING', 10, [undefined, 15, 15]],
  ['DIRECTORY_UNREACHABLE', 15, [undefined, undefined]],
  ['DIRECTORY_BIND_REFUSED', 1, [undefined, 2, 4, 8, 16, 32, 60, 60]],
  ['ZENDESK_UNAVAILABLE', 1, [undefined, undefined, undefined]],
  ['CYCLE_FAILED', 1, [undefined, undefined, undefined]],
])('after cycles that fail with %s every %i min the next one comes after %j min', (code, every, waits) => {
  const told = waits.map((_wait, i) => slowedUntil(code, i + 1, every * MINUTE, 7))

  expect(told).toEqual(waits.map((wait) => (wait === undefined ? undefined : 7 + wait * MINUTE)))
})

it('knows no number of failures that is too many', () => {
  expect(slowedUntil('DIRECTORY_UNREACHABLE', 5_000, MINUTE, 0)).toBe(15 * MINUTE)
})
