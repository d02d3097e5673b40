import { describe, expect, it } from 'vitest'
import { rankOf, verdictsOf, type Rank, type Verdict } from './twins.ts'

describe('who would be in Zendesk', () => {
  it.each<[boolean | 'unknown', boolean, boolean, Rank]>([
    // disabled, linked, provisionDisabled → rank
    [false, false, false, 'living'],
    [false, true, false, 'living'],
    ['unknown', true, false, 'living'],
    ['unknown', false, true, 'waiting'],
    [true, false, true, 'waiting'],
    [true, false, false, 'leaving'],
    [true, true, false, 'left'],
    [true, true, true, 'left'],
  ])('disabled %s, linked %s, provisionDisabled %s: %s', (disabled, linked, provisionDisabled, rank) => {
    expect(rankOf(disabled, linked, provisionDisabled)).toBe(rank)
  })
})

describe('of entries with one address', () => {
  it.each<[Rank[], Verdict[]]>([
    [
      ['living', 'living'],
      ['blocked', 'blocked'],
    ],
    [
      ['living', 'waiting'],
      ['takes', 'blocked'],
    ],
    [
      ['leaving', 'living'],
      ['yields', 'takes'],
    ],
    [
      ['left', 'living'],
      ['yields', 'takes'],
    ],
    [
      ['living', 'leaving', 'living', 'left', 'waiting'],
      ['blocked', 'yields', 'blocked', 'yields', 'blocked'],
    ],
    [
      ['waiting', 'waiting'],
      ['blocked', 'blocked'],
    ],
    [
      ['leaving', 'waiting', 'left'],
      ['yields', 'takes', 'yields'],
    ],
    [
      ['leaving', 'leaving'],
      ['takes', 'yields'],
    ],
    [
      ['leaving', 'left'],
      ['takes', 'yields'],
    ],
    [
      ['left', 'left'],
      ['takes', 'yields'],
    ],
  ])('%j: %j', (ranks, verdicts) => {
    expect(verdictsOf(ranks)).toEqual(verdicts)
  })
})
