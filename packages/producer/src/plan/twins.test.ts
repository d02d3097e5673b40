import { describe, expect, it } from 'vitest'
import { rankOf, verdictsOf, type Rank, type Verdict } from './twins.ts'

describe('who would be in Zendesk', () => {
  it.each<[boolean | 'unknown', boolean, boolean, boolean, Rank]>([
    // disabled, linked, actions.create, provisionDisabled → rank
    [false, false, true, false, 'living'],
    [false, true, false, false, 'living'],
    [false, false, false, false, 'waiting'],
    ['unknown', true, true, false, 'living'],
    ['unknown', false, true, true, 'waiting'],
    [true, false, true, true, 'waiting'],
    [true, false, false, true, 'leaving'],
    [true, false, true, false, 'leaving'],
    [true, true, true, false, 'left'],
    [true, true, true, true, 'left'],
  ])(
    'disabled %s, linked %s, actions.create %s, provisionDisabled %s: %s',
    (disabled, linked, create, provisionDisabled, rank) => {
      expect(rankOf(disabled, linked, { actions: { create, update: true }, provisionDisabled })).toBe(rank)
    },
  )
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
