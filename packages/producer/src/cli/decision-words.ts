import { formatTime } from '@provisioner/shared/format-time.ts'
import { type DecidedChange, stateOf, type DecisionMade, type Verdict } from '@provisioner/shared/ledger/decision.ts'
import { describeCount } from '@provisioner/shared/ledger/describe-held.ts'
import { changedBy, type Decided } from '@provisioner/shared/ledger/held-decisions.ts'
import { countBy } from '../cycle/cycle-plan.ts'
import type { Selection } from './selection.ts'

/** What a change is after the verdict. */
export const PAST: Readonly<Record<Verdict, string>> = {
  approve: 'approved',
  'approve --include-rejected': 'approved',
  reject: 'rejected',
  undecide: 'undecided again',
}

export function isApproval(verdict: Verdict): boolean {
  return PAST[verdict] === 'approved'
}

/** Why nothing is decided on: what there is in place of what was asked for, and what was decided on that before. */
export function describeNothing(
  verdict: Verdict,
  changes: readonly DecidedChange[],
  { only, matching }: Selection,
  before: readonly DecisionMade[],
): string[] {
  const counts = Object.entries(countBy(changes, ({ category }) => category))
  const there = counts.map(([category, count]) => describeCount(category, count)).join(', ')
  const asked = [only && `--only ${only}`, matching && `--matching ${matching}`].filter(Boolean).join(' and ')
  const last = new Map([...before].reverse().map((made) => [made.key, made]))
  return [
    counts.length > 0
      ? `nothing that is held matches ${asked}. Held: ${there}.`
      : verdict === 'undecide'
        ? `nothing that matches ${asked} ${last.size > 0 ? 'is held' : 'was decided'}.`
        : 'nothing waits for a decision.',
    ...[...last.values()].map(
      ({ operation, label, verdict, by, at }) =>
        `${operation} ${label}: ${PAST[verdict]} by ${by}, ${formatTime(at)}, and held no more: it was carried out, or is asked for no more.`,
    ),
  ]
}

/**
 * What came of a verdict. `isRun` is false while no cycle can run; `waiting` of what was approved goes out only once
 * the group and the user are let in.
 */
export function describeOutcome(
  verdict: Verdict,
  { done, overtaken }: Decided,
  { ofFirstPlan, isRun, waiting }: { ofFirstPlan: boolean; isRun: boolean; waiting: number },
): string[] {
  const held = `${done.length} held change${done.length === 1 ? '' : 's'} ${PAST[verdict]}`
  const free = done.length - waiting
  const them = waiting > 0 ? `${free} of them` : done.length === 1 ? 'it' : 'them'
  const then = isApproval(verdict)
    ? [
        ...(free > 0 ? [`; ${carriedOut(them, isRun)}`] : []),
        ...(waiting > 0 ? [`; ${waiting} ${waiting === 1 ? 'waits' : 'wait'} until group and user are approved`] : []),
      ].join('')
    : verdict === 'undecide'
      ? `; what is held waits for 'approve' or 'reject'`
      : ''
  return [
    ...(ofFirstPlan ? [`the first plan is approved; ${carriedOut('it', isRun)}.`] : []),
    ...(done.length > 0 ? [`${held}${then}.`] : []),
    ...(overtaken.length > 0
      ? [
          `on ${overtaken.length} more somebody else decided, or a cycle carried it out, in the meantime: see 'provisioner held'.`,
        ]
      : []),
  ]
}

function carriedOut(what: string, isRun: boolean): string {
  return isRun ? `the producer carries ${what} out now` : `a producer carries ${what} out once cycles run again`
}

/** Of what was asked about, what stays as it was decided before. */
export function describeStaying(verdict: Verdict, selected: readonly DecidedChange[]): string[] {
  const changing = new Set(changedBy(verdict, selected))
  const staying = selected.filter((change) => !changing.has(change))
  const { approved = 0, rejected = 0, undecided = 0 } = countBy(staying, stateOf)
  const lines: string[] = []
  if (rejected > 0 && verdict === 'approve')
    lines.push(
      `${rejected} rejected ${stay(rejected)} rejected; 'approve --include-rejected' approves ${rejected === 1 ? 'it' : 'them'} as well.`,
    )
  if (rejected > 0 && verdict === 'reject') lines.push(`${rejected} ${are(rejected)} rejected already.`)
  if (approved > 0 && verdict === 'reject')
    lines.push(`${approved} approved ${stay(approved)} approved; 'undecide --matching TEXT' takes that back.`)
  else if (approved > 0) lines.push(`${approved} ${are(approved)} approved already, for the next cycle.`)
  if (undecided > 0) lines.push(`on ${undecided} nobody has decided.`)
  return lines
}

function stay(count: number): string {
  return count === 1 ? 'stays' : 'stay'
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}
