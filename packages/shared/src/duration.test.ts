import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

describe('parseDuration', () => {
  it.each([
    ['1s', 1_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['007s', 7_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['', '60', 's', '-1s', '1.5h', '1 h', '1H', '60s ', '1h30m', '1000000s', '10ms'])(
    'knows no duration in %j',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  )
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [250, '250 ms'],
    [12_000, '12 s'],
    [119_000, '119 s'],
    [180_000, '3 min'],
    [7_200_000, '2 h'],
    [345_600_000, '4 d'],
  ])('tells %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})
