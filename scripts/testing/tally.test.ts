import { describe, expect, it } from 'vitest'
import { summarize, type Tally } from './tally.ts'

const tally = (changes: Partial<Tally>): Tally => ({
  name: 'unit',
  passed: 0,
  failed: [],
  skipped: [],
  milliseconds: 1234,
  ...changes,
})

describe('summarize', () => {
  it.each([
    [[tally({ passed: 12 })], '12 passed, 0 failed'],
    [[tally({ passed: 2, failed: ['a', 'b'] }), tally({ passed: 1 })], '3 passed, 2 failed'],
    [[tally({ passed: 2, skipped: [{ name: 'c', why: 'no Docker here' }] })], '2 passed, 0 failed, 1 skipped'],
  ])('ends with the sum of %j', (tallies, last) => {
    expect(summarize(tallies).at(-1)).toBe(last)
  })

  it('names what failed, and what was skipped with its reason', () => {
    const lines = summarize([tally({ failed: ['adds up'], skipped: [{ name: 'scales', why: 'no Docker here' }] })])

    expect(lines).toContain('  ✗ unit     1.2 s  0 passed, 1 failed, 1 skipped')
    expect(lines).toContain('  unit: adds up')
    expect(lines.join('\n')).toContain('unit: scales\n    because: no Docker here')
  })
})
