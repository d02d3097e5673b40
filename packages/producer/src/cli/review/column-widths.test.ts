import { describe, expect, it } from 'vitest'
import { breakWords, columnWidths } from './column-widths.ts'

describe('the columns of a table', () => {
  it.each([
    ['have room for what they hold, and no more', [['a bc'], ['defgh']], 40, [4, 5]],
    ['have room for their longest word first', [['eve@example.org'], ['no entry has them at all']], 30, [15, 15]],
    ['share what is left where they could use more', [['a '.repeat(20)], ['b '.repeat(20)]], 30, [15, 15]],
    ['count the parts of a DN as words', [['ada'], ['cn=agents,ou=groups,dc=example']], 18, [3, 15]],
    ['are all narrower where the room is too small', [['x'.repeat(20)], ['y'.repeat(10)]], 15, [10, 5]],
  ])('%s', (_what, texts, room, widths) => {
    expect(
      columnWidths(
        texts.map((one) => ({ texts: one, share: 1 })),
        room,
      ),
    ).toEqual(widths)
  })
})

describe('a word that has no room', () => {
  it.each([
    ['in group cn=agents,ou=groups,dc=org', 20, 'in group cn=agents,ou=groups, dc=org'],
    ['eve.adams@example.org', 12, 'eve.adams@ example.org'],
    ['x'.repeat(10), 4, 'xxxx xxxx xx'],
    ['short ones stay', 5, 'short ones stay'],
  ])('%s is broken after a part of it, in %i columns', (text, width, broken) => {
    expect(breakWords(text, width)).toBe(broken)
  })
})
