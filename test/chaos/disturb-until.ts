import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '@provisioner/sandbox/zendesk-account/random.ts'
import type { ChaosSize } from './chaos-size.ts'
import type { ChaosStage } from './chaos-stage.ts'
import { disturb, isOfHistory, somethingGoesOn, type Disturbance } from './disturb.ts'
import type { Amnesia } from './judge-writes.ts'

/** A disturbance that there was. */
export interface Disturbed {
  readonly kind: Disturbance
  /** Ms since the epoch. */
  readonly at: number
  /** What Redis forgot by it. */
  readonly lost: Amnesia | undefined
}

interface Disturbing {
  readonly size: Pick<ChaosSize, 'disturbanceMs'>
  readonly seed: number
  /** Drawn from these. */
  readonly kinds: readonly Disturbance[]
  readonly stage: ChaosStage
  readonly say: (line: string) => void
}

/**
 * Disturbs the stage now and then until a time (ms since the epoch). What happens to the history's database happens
 * beside all else, so that others are killed and cut off while it is away.
 */
export async function disturbUntil(end: number, disturbing: Disturbing): Promise<Disturbed[]> {
  const { seed, kinds } = disturbing
  const [ofHistory, others] = [kinds.filter(isOfHistory), kinds.filter((kind) => !isOfHistory(kind))]
  const both = await Promise.all([
    inTurn(end, { ...disturbing, seed: seed * 7 + 2, kinds: others }),
    inTurn(end, { ...disturbing, seed: seed * 7 + 3, kinds: ofHistory }),
  ])
  return both.flat()
}

async function inTurn(end: number, { size, seed, kinds, stage, say }: Disturbing): Promise<Disturbed[]> {
  const random = seededRandom(seed)
  const disturbed: Disturbed[] = []
  while (kinds.length > 0) {
    await sleep(random() * 2 * size.disturbanceMs)
    if (Date.now() > end) break
    const kind = kinds[Math.floor(random() * kinds.length)]!
    await somethingGoesOn(kind, stage, random)
    say(`chaos: ${kind}`)
    const at = Date.now()
    disturbed.push({ kind, at, lost: await disturb(kind, stage, random) })
  }
  return disturbed
}
