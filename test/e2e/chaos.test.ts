import { describe, expect, it } from 'vitest'
import { SIZES } from '../chaos/chaos-size.ts'
import { DISTURBANCES } from '../chaos/disturb.ts'
import { runSeed } from '../chaos/run-seed.ts'

/** What was done, and what was said of whom it went wrong for. */
function deeds(log: readonly string[], wrong: readonly string[]): string[] {
  const names = new Set(wrong.flatMap((line) => /^\w[\w-]*/.exec(line) ?? []))
  return log.filter((line) => /^ *\d+ chaos: /.test(line) || [...names].some((name) => line.includes(name)))
}

/** A tenth of the people, five times the share of faults; `npm run chaos` runs many, and large ones. */
describe('while processes are killed, Redis and the history are away, connections break and Zendesk fails', () => {
  it.each([1, 2, 3])(
    'nothing is lost, doubled or set back: seed %i',
    async (seed) => {
      const { wrong, log, disturbances, history } = await runSeed({ seed, size: SIZES.small, kinds: DISTURBANCES })

      expect(disturbances).toBeGreaterThan(0)
      expect(history).toBeGreaterThan(500)
      expect({ wrong, deeds: wrong.length > 0 ? deeds(log, wrong) : [] }).toEqual({ wrong: [], deeds: [] })
    },
    240_000,
  )
})
