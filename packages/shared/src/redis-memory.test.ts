import { describe, expect, it } from 'vitest'
import { fullness } from './redis-memory.ts'

describe('fullness', () => {
  it.each([
    ['no limit', 5_000_000, 0, 0, undefined],
    ['room', 5_000_000, 10_000_000, 0, undefined],
    ['more used than allowed', 11_534_336, 10_485_760, 0, '11.0 MB of its maxmemory 10.0 MB'],
    ['buffers that Redis does not count', 11_534_336, 10_485_760, 2_000_000, undefined],
  ])('of a Redis with %s', (_name, used, limit, notCounted, words) => {
    const info = `# Memory\r\nused_memory:${used}\r\nused_memory_human:x\r\nmaxmemory:${limit}\r\nmem_not_counted_for_evict:${notCounted}\r\n`

    expect(fullness(info)).toEqual(words === undefined ? undefined : expect.stringContaining(words))
  })

  it('is no matter where Redis does not tell', () => {
    expect(fullness('')).toBeUndefined()
  })
})
