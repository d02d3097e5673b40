import { describe, expect, it } from 'vitest'
import { rateOf, tokensAt, waitFor, type Minute } from './minute.ts'

const NOW = 1_000_000
/** 700 a minute, of which 140 are left to others; nothing has been answered yet. */
const minute = (state: Partial<Minute> = {}): Minute => ({
  limit: 700,
  reserve: 0.2,
  tokens: 5,
  at: NOW,
  remaining: null,
  resetAt: 0,
  observedAt: 0,
  since: 0,
  others: 0,
  caution: 1,
  cautionAt: 0,
  ...state,
})
const perMinute = (state: Partial<Minute>) => Math.round(rateOf(minute(state), NOW) * 60_000)
const half = { resetAt: NOW + 30_000, observedAt: NOW }

describe('requests a minute', () => {
  it.each<[string, Partial<Minute>, number]>([
    ['the limit less the reserve, before any answer', {}, 560],
    ['the same, while others leave enough', { ...half, remaining: 400 }, 560],
    ['what is left less 5 % for removals, once they do not', { ...half, remaining: 135 }, 200],
    ['less what they will go on to take', { ...half, remaining: 235, others: 100 / 60_000 }, 300],
    ['less what was spent since', { ...half, remaining: 135, since: 50 }, 100],
    ['nothing, when 5 % are left', { ...half, remaining: 35 }, 0],
    ['what is left of those, when the minute ends soon', { resetAt: NOW + 2_000, observedAt: NOW, remaining: 24 }, 300],
    ['less what we may be wrong by', { resetAt: NOW + 2_000, observedAt: NOW, remaining: 14 }, 0],
    ['less for two minutes after a 429', { caution: 0.7, cautionAt: NOW }, 392],
    ['most of it back a quarter of a minute later', { caution: 0.7, cautionAt: NOW - 12_000 }, 448],
    ['what others leave, in a new minute', { remaining: 0, resetAt: NOW, observedAt: NOW, others: 386 / 60_000 }, 300],
    ['a creep, when a used-up minute has no end', { remaining: 0, observedAt: NOW }, 28],
  ])('%s', (_case, state, expected) => {
    expect(perMinute(state)).toBe(expected)
  })
})

describe('tokens', () => {
  it.each<[string, Partial<Minute>, number]>([
    ['come with time', { tokens: 0, at: NOW - 300 }, 2.8],
    ['pile up to a second’s worth', { tokens: 0, at: NOW - 60_000 }, 9.333],
    ['stay owed after a removal', { tokens: -20, at: NOW - 1_000 }, -10.667],
  ])('%s', (_case, state, expected) => {
    expect(tokensAt(minute(state), NOW)).toBeCloseTo(expected, 3)
  })
})

describe('a wait', () => {
  it.each<[string, Partial<Minute>, number, boolean, number]>([
    ['none while tokens are there', {}, 5, false, 0],
    ['until they are', { tokens: 0 }, 1, false, 108],
    ['a second at most, then it is asked again', { tokens: 0 }, 50, false, 1_000],
    ['none for a removal, which may run up a debt', { tokens: 0 }, 1, true, 0],
    ['for a removal, once 5 % of the minute are owed', { tokens: -35 }, 1, true, 108],
    ['for all but removals, when 5 % of it are left', { ...half, remaining: 35 }, 1, false, 1_000],
    ['none for a removal then', { ...half, remaining: 35 }, 1, true, 0],
    ['for everybody, when the minute has no request left', { ...half, remaining: 0 }, 1, true, 1_000],
  ])('%s', (_case, state, requests, removal, expected) => {
    expect(waitFor(minute(state), requests, removal, NOW)).toBe(expected)
  })
})
