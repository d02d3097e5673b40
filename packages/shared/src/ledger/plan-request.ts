import { z } from 'zod'
import type { Kind } from '../entity.ts'
import type { Operation } from '../queues.ts'
import { Decision } from './decision.ts'
import type { CycleSummary } from './cycle-state.ts'
import { parseHeldKey } from './entity-member.ts'

/** One thing that a plan does, or holds, as it is told apart from what another plan does. */
export const PlannedThing = z.object({
  /** `kind|id` of a change, `kind|id|link` of a link; of what is held as `HeldChange.key`. */
  key: z.string(),
  state: z.enum(['released', 'link', 'held']),
  operation: z.string() as unknown as z.ZodType<Operation | `link ${Kind}`>,
  /** Print of what is asked for. */
  desired: z.string(),
  /** Print of what it starts from; of what is held, what an admin has said of it. */
  from: z.string(),
  dn: z.string(),
  label: z.string(),
})
export type PlannedThing = Readonly<z.infer<typeof PlannedThing>>

/** What tells a thing of one plan apart from that of another. */
export const AskedThing = PlannedThing.omit({ dn: true, label: true })
export type AskedThing = Readonly<z.infer<typeof AskedThing>>

/** A plan that a cycle is to carry out, and nothing else, as it is passed on in Redis. */
export const PlanRequest = z.object({
  /** See `configPrint`. */
  config: z.string(),
  full: z.boolean(),
  /** Carry out what is still the same, though something else has changed. */
  isPartial: z.boolean(),
  /** Set when what is held is approved with it. */
  approve: Decision.pick({ by: true, at: true, reason: true }).nullable(),
  /** Keys of what is held and its producer was about to approve; another one carries it on, where that one ended. */
  approved: z.array(z.string()).optional(),
  things: z.array(AskedThing),
})
export type PlanRequest = Readonly<z.infer<typeof PlanRequest>>

/**
 * How a thing differs from the plan that was to be carried out.
 *
 *   gone   it is not asked for any more, and was not carried out either
 *   other  it is asked for otherwise: `is` has how
 *   new    nobody asked for it then
 */
export interface PlanDifference {
  readonly how: 'gone' | 'other' | 'new'
  readonly key: string
  readonly is?: PlannedThing
}

/** What came of a plan that a cycle was to carry out. */
export interface PlanOutcome {
  /** `stale`: something differs, and nothing was done; `unfit`: it is no plan for this producer. */
  readonly status: 'carried out' | 'stale' | 'unfit'
  /** Why it is unfit. */
  readonly why?: string
  /** The first ones; `count` has how many there are. */
  readonly differences: readonly PlanDifference[]
  readonly count: number
  /** Things that were carried out before. */
  readonly done: number
  /** Held changes that were approved with it: of a stale one by a producer that ended before it carried it out. */
  readonly approved: number
  /** Of the cycle that carried it out. */
  readonly summary?: CycleSummary
}

/** Differences that are passed back. */
const PASSED_BACK = 1_000

/** Compares what was planned with what is asked for now. `isDone` are keys of what was carried out meanwhile. */
export function comparePlans(
  planned: readonly AskedThing[],
  now: readonly PlannedThing[],
  isDone: ReadonlySet<string>,
): Pick<PlanOutcome, 'differences' | 'count' | 'done'> & { readonly same: ReadonlySet<string> } {
  const left = new Map(now.map((thing) => [thing.key, thing]))
  const differences: PlanDifference[] = []
  const same = new Set<string>()
  let done = 0
  for (const thing of planned) {
    const { key } = thing
    const is = left.get(key)
    left.delete(key)
    if (is === undefined && isDone.has(key)) done++
    else if (is === undefined) differences.push({ how: 'gone', key })
    else if (isSame(thing, is)) same.add(key)
    else differences.push({ how: 'other', key, is })
  }
  for (const [key, is] of left) differences.push({ how: 'new', key, is })
  return { differences: differences.slice(0, PASSED_BACK), count: differences.length, done, same }
}

function isSame(a: AskedThing, b: AskedThing): boolean {
  return a.state === b.state && a.operation === b.operation && a.desired === b.desired && a.from === b.from
}

/** Kind and id of what a thing is about: `user|3f2a…`. */
export function entityOf(key: string): string {
  const { kind, id } = parseHeldKey(key)
  return `${kind}|${id}`
}
