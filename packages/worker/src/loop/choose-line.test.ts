import { describe, expect, it } from 'vitest'
import { chooseLines, nextRipe, type Choosable } from './choose-line.ts'

const line = (name: string, ready: number, readySince: number, removal = false): Choosable & { name: string } => ({
  name,
  ready,
  readySince,
  removal,
})
const names = (lines: readonly (Choosable & { name: string })[], now: number) =>
  chooseLines(lines, now, 300).map((one) => one.name)

describe('chooseLines', () => {
  it.each<[string, (Choosable & { name: string })[], string[]]>([
    [
      'removals first, however few and however new',
      [line('create', 1000, 1), line('remove', 1, 999, true)],
      ['remove', 'create'],
    ],
    ['full batches, the oldest first', [line('a', 100, 900), line('b', 200, 800)], ['b', 'a']],
    ['a small batch only after it has lingered', [line('a', 3, 800)], []],
    ['a small batch that has lingered', [line('a', 3, 700)], ['a']],
    ['never an empty queue', [line('a', 0, 0), line('remove', 0, 0, true)], []],
  ])('%s', (_case, lines, expected) => {
    expect(names(lines, 1000)).toEqual(expected)
  })

  it('says when the next small batch ripens', () => {
    expect(nextRipe([line('a', 3, 800), line('b', 2, 750), line('remove', 1, 1, true)], 300)).toBe(1050)
    expect(nextRipe([line('a', 0, 0)], 300)).toBe(Infinity)
  })
})
