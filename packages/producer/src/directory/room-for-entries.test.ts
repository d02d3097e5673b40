import { describe, expect, it } from 'vitest'
import { roomForEntries } from './room-for-entries.ts'

describe('the room for entries', () => {
  it.each([
    ['208 MB, with which a first cycle of 100,000 went well', 208, 77_000],
    ['a container of 512 MB, which V8 gives 259', 259, 104_000],
    ['one of 768 MB', 432, 195_000],
    ['compose’s default of 1 GB', 560, 262_000],
    ['hardly any', 50, 1_000],
  ])('of %s', (_what, heapMb, room) => expect(roomForEntries(heapMb)).toBe(room))
})
