import { setFlagsFromString } from 'node:v8'

/**
 * How V8 is to keep the heap of a process that reads a whole directory again and again, and forgets nearly all of it at
 * once. Measured with 100,000 people (`npm run bench -- no-change-cycle`, November 2026); without them the same cycle
 * takes as long and half as much memory again.
 */
const FLAGS = [
  // Where many objects of a place in the code once lived long, V8 puts all that follow among the old ones, for good:
  // groups are read before people, and of those a gigabyte came to lie there.
  '--no-allocation-site-pretenuring',
  // Old objects may become half as many again before they are looked through, in place of several times as many.
  '--heap-growing-percent=50',
] as const

/** To be called before anything else. */
export function tuneHeap(): void {
  for (const flag of FLAGS) setFlagsFromString(flag)
}
