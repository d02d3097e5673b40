import { describe, expect, it } from 'vitest'
import { fillingUp, type MemorySamples } from './redis-growth.ts'

const MB = 2 ** 20
const HOUR_MS = 3_600_000
const NOW = Date.UTC(2026, 10, 28, 9)

const info = (used: number, limit: number) => `used_memory:${used * MB}\r\nmaxmemory:${limit * MB}\r\n`

/** MB that were used so many hours ago. */
const samples = (...ago: [hours: number, used: number][]): MemorySamples =>
  new Map(ago.map(([hours, used]) => [NOW / HOUR_MS - hours, used * MB]))

describe('a Redis', () => {
  it.each<[string, string, MemorySamples]>([
    ['has no limit', info(500, 0), samples([24, 1], [6, 100])],
    ['does not grow', info(500, 1_000), samples([24, 500], [6, 500])],
    ['becomes less', info(500, 1_000), samples([24, 600], [6, 550])],
    ['grows for longer than two weeks', info(500, 1_000), samples([24, 470], [6, 490])],
    ['has grown by a load that is over', info(500, 1_000), samples([24, 100], [6, 500])],
    ['has grown for a few hours only', info(500, 1_000), samples([5, 100], [1, 400])],
    ['is full', info(1_001, 1_000), samples([24, 500], [6, 900])],
    ['nobody has watched', info(500, 1_000), samples()],
  ])('that %s is not told to be filling up', (_what, memory, watched) => {
    expect(fillingUp(memory, watched, NOW)).toBeUndefined()
  })

  it('that grows is told to be full on a day, by the slower of its growths', () => {
    const told = fillingUp(info(500, 1_000), samples([30, 0], [24, 400], [12, 450], [6, 460]), NOW)

    // 100 MB a day, 40 MB in six hours
    expect(told).toMatch(/^Redis is filling up: it uses 500\.0 MB of its maxmemory 1000\.0 MB; as it grows today/)
    expect(told).toContain('full on 2026-12-03 09:00:00 UTC')
  })

  it('that is nearly full is told so, however slowly it grows', () => {
    expect(fillingUp(info(901, 1_000), samples(), NOW)).toMatch(/901\.0 MB of its maxmemory 1000\.0 MB\. Raise/)
  })
})
