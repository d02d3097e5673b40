import { isDeepStrictEqual } from 'node:util'
import type { NewEvent } from '@provisioner/shared/history/note-event.ts'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'

/** What a cycle has done so far, should it fail. */
export interface CycleSoFar {
  readonly cycle: number
  /** Ms since the epoch. */
  readonly startedAt: number
  readonly full: boolean
  readonly released: Readonly<Record<string, number>>
  readonly adopted: number
  readonly healed: number
}

/**
 * What the history is told of a cycle that has ended: nothing of one that found everything as it was.
 *
 * @param last the cycle before
 * @param failed whether cycles had failed until then
 */
export function eventsOfCycle(
  summary: CycleSummary,
  {
    connection,
    full,
    last,
    failed,
  }: { connection: string; full: boolean; last: CycleSummary | undefined; failed: boolean },
): NewEvent[] {
  const { cycle, startedAt, endedAt, users, groups, memberships, ...others } = summary
  const { released, held, switchedOff, adopted, healed, problems } = others
  const isHeldAsBefore = isDeepStrictEqual(held, last?.held ?? {})
  if (!full && !failed && Object.keys(released).length === 0 && adopted === 0 && isHeldAsBefore) return []
  const counts = { users, groups, memberships, released, held, switchedOff, adopted, healed, problems }
  return [{ type: 'cycle', connection, cycle, startedAt, endedAt, full, counts }]
}

/** The same of one that reads only entries that have changed. @param now ms since the epoch */
export function eventsAhead(
  {
    connection,
    cycle,
    startedAt,
    released,
  }: { connection: string } & Pick<CycleSoFar, 'cycle' | 'startedAt' | 'released'>,
  now: number,
): NewEvent[] {
  if (Object.keys(released).length === 0) return []
  const counts = { released, held: {}, switchedOff: {}, adopted: 0, healed: 0, problems: 0 }
  return [{ type: 'cycle', connection, cycle, startedAt, endedAt: now, full: false, ahead: true, counts }]
}

const failedCycles = new WeakMap<object, CycleSoFar>()

/** Remembers what a cycle has done that failed with this. */
export function noteSoFar(error: unknown, cycle: CycleSoFar): void {
  if (typeof error === 'object' && error !== null) failedCycles.set(error, cycle)
}

/**
 * What the history is told of a cycle that failed: of several that fail with one code only the first, but for those
 * that have released something all the same.
 *
 * @param thrown what the cycle failed with
 */
export function eventsOfFailure(
  thrown: unknown,
  {
    connection,
    code,
    what,
    isNew,
    now,
  }: { connection: string; code: string; what: string; isNew: boolean; now: number },
): NewEvent[] {
  const soFar = typeof thrown === 'object' && thrown !== null ? failedCycles.get(thrown) : undefined
  const { released = {}, adopted = 0, healed = 0 } = soFar ?? {}
  if (!isNew && Object.keys(released).length === 0 && adopted === 0) return []
  const counts = { released, held: {}, switchedOff: {}, adopted, healed, problems: 0 }
  return [
    {
      type: 'cycle',
      connection,
      ...(soFar && { cycle: soFar.cycle, counts }),
      startedAt: soFar?.startedAt ?? now,
      endedAt: now,
      full: soFar?.full ?? false,
      failure: { code, what },
    },
  ]
}
