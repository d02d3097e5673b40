import type { CycleSummary } from './cycle-state.ts'

/** A cycle that found one user and did nothing, but for what is changed. */
export function summaryWith(changes: Partial<CycleSummary> = {}): CycleSummary {
  return {
    cycle: 1,
    startedAt: 0,
    endedAt: 1,
    users: 1,
    groups: 0,
    memberships: 0,
    released: {},
    held: {},
    switchedOff: {},
    adopted: 0,
    healed: 0,
    problems: 0,
    ...changes,
  }
}
