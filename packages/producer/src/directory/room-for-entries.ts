import { getHeapStatistics } from 'node:v8'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Directory } from './directory.ts'

/** What a producer's heap holds without any entry, MB. */
const BASE_MB = 60

/**
 * What a first cycle takes of the heap for each entry, bytes: with 100,000 of them it goes well with 208 MB, and does
 * not with 188 (`--max-old-space-size=160` and `140`, November 2026). A cycle that finds little to do takes a tenth.
 */
const FIRST_CYCLE_BYTES = 2_000

/** The most that V8 gives this process, MB: by the container's limit, or `--max-old-space-size`. */
export function heapLimitMb(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)
}

/** How many entries a first cycle may have with such a heap, rounded to thousands. */
export function roomForEntries(heapMb: number): number {
  return Math.max(1_000, Math.floor(((heapMb - BASE_MB) * 2 ** 20) / FIRST_CYCLE_BYTES / 1_000) * 1_000)
}

/** Says, once, that a scan has more entries than there is room for: the process may end before it can say why. */
export function withRoomFor(room: number, directory: Directory, log: Pick<Logger, 'warn'>): Directory {
  let isSaid = false
  return {
    ...directory,
    async *scan(search, signal) {
      let entries = 0
      for await (const page of directory.scan(search, signal)) {
        entries += page.entries.length
        if (entries > room && !isSaid) {
          isSaid = true
          log.warn({ code: 'MEMORY_SHORT', base: search.base, entries, room }, SHORT)
        }
        yield page
      }
    },
  }
}

const SHORT =
  'A single base has more entries than this process has memory for in a first cycle, and it may end without a word: ' +
  "give it more, in compose by the producer's mem_limit (docs/operations.md, 'How large')"
