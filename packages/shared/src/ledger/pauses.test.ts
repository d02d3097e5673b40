import { describe, expect, it } from 'vitest'
import { describePause, pauseOf, type Pause } from './pauses.ts'

const by = { field: '', by: 'ada@host', at: 0 }
const ACCOUNT: Pause = { scope: 'all', ...by }
const STAFF: Pause = { connection: 'staff', scope: 'all', ...by }
const REMOVALS: Pause = { connection: 'staff', scope: 'removals', ...by }
const ACCOUNT_REMOVALS: Pause = { scope: 'removals', ...by }

describe('a write of connection staff', () => {
  it.each<[string, Pause[], { takesAway: boolean }, Pause | undefined]>([
    ['goes out while nothing is paused', [], { takesAway: true }, undefined],
    ['waits while the account is paused', [ACCOUNT], { takesAway: false }, ACCOUNT],
    ['waits while the connection is paused', [STAFF], { takesAway: false }, STAFF],
    ['goes out while another connection is paused', [{ ...STAFF, connection: 'b' }], { takesAway: true }, undefined],
    ['waits while removals are paused, if it takes something away', [REMOVALS], { takesAway: true }, REMOVALS],
    ['goes out while removals are paused, if it does not', [REMOVALS], { takesAway: false }, undefined],
    ['waits by the pause of all rather than that of removals', [ACCOUNT_REMOVALS, STAFF], { takesAway: true }, STAFF],
  ])('%s', (_what, pauses, write, expected) => {
    expect(pauseOf(pauses, 'staff', write)).toEqual(expected)
  })
})

it('a pause says who, and why if that was said', () => {
  expect([describePause(STAFF), describePause({ ...STAFF, reason: 'a wrong import' })]).toEqual([
    'paused by ada@host',
    'paused by ada@host (a wrong import)',
  ])
})
