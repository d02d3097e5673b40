import fc from 'fast-check'
import { describe, it } from 'vitest'
import { runScenario } from '../property/run-scenario.ts'
import { followed, scenario } from '../property/scenario.ts'

const FROM = Number(process.env['PROPERTY_FROM'] ?? 1)
const SEEDS = Number(process.env['PROPERTY_SEEDS'] ?? 8)
const SHRINKS = process.env['PROPERTY_SHRINK'] !== undefined

/**
 * A failure names its seed: PROPERTY_FROM=SEED PROPERTY_SEEDS=1 runs it again, PROPERTY_SHRINK=1 looks for the smallest
 * scenario that fails as well. PROPERTY_SEEDS=500 looks for more.
 */
describe('random directory, random Zendesk, random changes', () => {
  it.each(Array.from({ length: SEEDS }, (_one, i) => FROM + i))(
    'are in sync after two quiet cycles, and a third writes nothing: seed %i',
    { timeout: SHRINKS ? 3_600_000 : 120_000 },
    async (seed) => {
      const lived = fc.asyncProperty(scenario, (one) => runScenario(one))
      await fc.assert(lived, { seed, numRuns: 1, endOnFailure: !SHRINKS })
    },
  )

  it.each(Array.from({ length: SEEDS }, (_one, i) => FROM + i))(
    'are in sync as well when what has changed goes out ahead of a cycle, and is a part of it: seed %i',
    { timeout: SHRINKS ? 3_600_000 : 120_000 },
    async (seed) => {
      const lived = fc.asyncProperty(fc.oneof(followed, followed, scenario), (one) => runScenario(one, { ahead: true }))
      await fc.assert(lived, { seed, numRuns: 1, endOnFailure: !SHRINKS })
    },
  )
})
