import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'

/** A directory that changes all the time is read for a third of the time: so long a rest after a cycle. */
const REST_PER_CYCLE = 2
/** And for a tenth, where what has changed was followed already, and a cycle only looks for what that can't see. */
const REST_WHERE_FOLLOWED = 9
/** The longest rest, ms: a cycle may have taken long for Zendesk's sake. */
const LONGEST_REST_MS = 60_000

/** How long after a cycle the next one may be asked for, ms. */
export function restAfter(
  { startedAt, endedAt }: Pick<CycleSummary, 'startedAt' | 'endedAt'>,
  { isFollowed }: { isFollowed: boolean },
): number {
  return Math.min((isFollowed ? REST_WHERE_FOLLOWED : REST_PER_CYCLE) * (endedAt - startedAt), LONGEST_REST_MS)
}
