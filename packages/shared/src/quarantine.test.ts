import { describe, expect, it } from 'vitest'
import { causeOf, countFailure, describeFailing, isDue, waitMs, type Failing, type Failures } from './quarantine.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const PASSING: Failing = { kind: 'user', operation: 'update user', changed: ['phone'], refused: null }
const REFUSED: Failing = { ...PASSING, refused: 'REFUSED' }
const MEMBER: Failing = { kind: 'membership', operation: 'add member', changed: [], refused: 'REFUSED' }

const FAILED: Failures = { cause: '503', times: 1, since: 0, at: 0, others: true, tried: false }

describe('waitMs', () => {
  it.each<[string, Failing, readonly number[]]>([
    ['a passing error', PASSING, [5 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR, 24 * HOUR]],
    ['a refused membership', MEMBER, [HOUR, 4 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR]],
    ['a refused group', { ...MEMBER, kind: 'group', operation: 'rename group' }, [HOUR, 4 * HOUR, 24 * HOUR]],
    ['a refused user', REFUSED, [24 * HOUR, 24 * HOUR, 24 * HOUR]],
    ...(['suspend user', 'delete user', 'remove member', 'delete group'] as const).flatMap((operation) =>
      ['FORBIDDEN', null].map((refused): [string, Failing, readonly number[]] => [
        `${operation}, ${refused ?? 'passing'}`,
        { ...PASSING, operation, refused },
        [5 * MINUTE, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE],
      ]),
    ),
    ...(['OPEN_TICKETS', 'SEAT_NOT_FREED'] as const).map((refused): [string, Failing, readonly number[]] => [
      `a removal of whom is suspended instead (${refused})`,
      { ...PASSING, operation: 'delete user', refused },
      [24 * HOUR, 24 * HOUR],
    ]),
    ['an update of the role', { ...REFUSED, changed: ['name', 'role'] }, [5 * MINUTE, 15 * MINUTE, 15 * MINUTE]],
    ['a creation with a role', { ...PASSING, operation: 'create user', changed: ['role'] }, [5 * MINUTE, HOUR]],
  ])('of %s grows with each failure, up to its ceiling', (_what, failing, waits) => {
    expect(waits.map((_wait, i) => waitMs(failing, i + 1))).toEqual(waits)
  })
})

describe('countFailure', () => {
  const failed = { at: 10 * MINUTE, cause: '503' }
  const BEGUN = { ...failed, times: 1, since: failed.at, others: false, tried: false }

  it.each<[string, Failures | null, Failures]>([
    ['this failure is counted', { ...FAILED, at: failed.at }, { ...FAILED, at: failed.at }],
    ['the same, and retried', { ...FAILED, at: failed.at, tried: true }, { ...FAILED, at: failed.at, tried: true }],
    ['none', null, BEGUN],
    ['another cause', { ...FAILED, cause: '500', tried: true }, BEGUN],
    ['the same cause, retried by a cycle', { ...FAILED, tried: true }, { ...FAILED, at: failed.at, times: 2 }],
    ['the same cause, retried by hand', FAILED, BEGUN],
  ])('before: %s', (_what, before, after) => {
    expect(countFailure(before, failed, 0)).toEqual(after)
  })

  it.each<[string, Failures | null, number, boolean]>([
    ['a first one, and something was written while it was tried', null, failed.at - 30_000, true],
    ['a first one, and what was written was before', null, failed.at - 2 * MINUTE, false],
    ['one more, and something was written since the last', { ...FAILED, others: false, tried: true }, 1, true],
    ['one more, and nothing was', { ...FAILED, others: false, tried: true }, 0, false],
    ['one more, and something was before', { ...FAILED, others: true, tried: true }, 0, true],
  ])('knows whether it fails alone: %s', (_what, before, written, others) => {
    expect(countFailure(before, failed, written).others).toBe(others)
  })
})

describe('isDue', () => {
  const alone = { ...FAILED, others: false }
  it.each<[string, Failing, Failures, { now: number; written: number }, boolean]>([
    ['its wait is not over', PASSING, FAILED, { now: 5 * MINUTE - 1, written: 1 }, false],
    ['its wait is over', PASSING, FAILED, { now: 5 * MINUTE, written: 0 }, true],
    ['a cycle had retried it, and died', PASSING, { ...FAILED, tried: true }, { now: 1, written: 0 }, true],
    ['all failed, and something was written since', PASSING, alone, { now: 2, written: 1 }, true],
    ['all failed, and nothing was written yet', PASSING, alone, { now: 2, written: 0 }, false],
    ['Zendesk refused it: what others do says nothing', REFUSED, alone, { now: 2, written: 1 }, false],
  ])('%s', (_what, failing, failures, at, due) => {
    expect(isDue(failing, failures, at)).toBe(due)
  })
})

describe('causeOf', () => {
  it.each([
    ['PUT /api/v2/users/93001.json: 503', 'PUT /api/v2/users/94002.json: 503', true],
    ['503 (request 6f1c2b3a9d)', '503 (request 99ab12cd34)', true],
    ['job 7217b0d6-8019-1041-972f-9b63ae70efa3 failed', 'job 7217ec04-8019-1041-9786-9b63ae70efa3 failed', true],
    ['No answer within 10 s', 'No answer within 12.5 s', true],
    ['PUT /api/v2/users/1: 503', 'PUT /api/v2/users/1: 500', false],
    ['PUT /api/v2/users/1: 503', 'POST /api/v2/users: 503', false],
    ['REFUSED: Phone: is not a phone', 'REFUSED: Name: is too long', false],
  ])('%s and %s', (one, other, same) => {
    expect(causeOf(one) === causeOf(other)).toBe(same)
  })

  it('is short', () => {
    expect(causeOf('no '.repeat(1_000)).length).toBe(200)
  })
})

it('says how often a change failed, since when, and when it is tried next', () => {
  const failing = { times: 3, since: Date.UTC(2026, 0, 1), nextAt: Date.UTC(2026, 0, 1, 5) }

  expect(describeFailing(failing, Date.UTC(2026, 0, 1, 4))).toBe(
    'Failed 3 times in a row with the same cause, since 2026-01-01 00:00:00 UTC; tried again at 2026-01-01 05:00:00 UTC, in 60 min',
  )
  expect(describeFailing({ ...failing, times: 1 }, failing.nextAt)).toBe(
    'Failed once, at 2026-01-01 00:00:00 UTC; being tried again',
  )
})
