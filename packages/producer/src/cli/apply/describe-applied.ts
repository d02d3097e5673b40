import { formatDuration } from '@provisioner/shared/duration.ts'
import type { PlanOutcome } from '@provisioner/shared/ledger/plan-request.ts'
import { EXIT } from '../exit-codes.ts'
import { describeDifference } from './describe-difference.ts'
import type { PlanFile } from './plan-file.ts'

/** What came of a plan in a file. */
export type Applied = { readonly connection: string } & (
  | { readonly status: 'nothing to do' }
  /** For an admin's word. */
  | { readonly status: 'waits'; readonly why: string }
  | { readonly status: 'failed'; readonly why: string }
  | { readonly status: 'stale'; readonly outcome: PlanOutcome }
  | {
      readonly status: 'applied'
      readonly outcome: PlanOutcome
      /** Changes that were written meanwhile, and those that wait for longer than a moment. */
      readonly written: number
      readonly left: number
      readonly ms: number
    }
)

/** Differences that are listed before the rest is only counted. */
const LISTED = 50

/** How `apply` ends. */
export function codeOf(applied: Applied): number {
  if (applied.status === 'nothing to do') return EXIT.done
  if (applied.status === 'waits') return EXIT.held
  if (applied.status !== 'applied' || applied.left > 0) return EXIT.failed
  return heldAfter(applied.outcome) > 0 ? EXIT.held : EXIT.done
}

export function describeApplied(applied: Applied, file: PlanFile, all: boolean): string {
  const say = (text: string) => `Connection '${applied.connection}': ${text}`
  switch (applied.status) {
    case 'nothing to do':
      return say('nothing to do: the plan has no changes.')
    case 'waits':
      return say(`nothing was done: ${applied.why}.`)
    case 'failed':
      return say(applied.why)
    case 'stale':
      return [
        say(`nothing was done: of the plan ${applied.outcome.count} differ from what a cycle would do now.`),
        ...(applied.outcome.approved > 0 ? [endedAfterApproval(applied.outcome.approved)] : []),
        ...differencesOf(applied.outcome, file, all),
        'Make another plan, or carry out what is still the same with --partial; of a first plan there is no part.',
      ].join('\n')
    case 'applied':
      return [
        say(`${applied.left > 0 ? 'NOT written yet' : 'carried out'}, after ${formatDuration(applied.ms)}.`),
        `  written  ${count(applied.written, 'change')}${doneOf(applied.outcome)}`,
        ...(applied.outcome.approved > 0 ? [`  approved ${applied.outcome.approved} that were held`] : []),
        ...(applied.left > 0
          ? [`  waiting  ${count(applied.left, 'change')}: 'provisioner problems ${applied.connection}' says why`]
          : []),
        ...(heldAfter(applied.outcome) > 0
          ? [`  held     'provisioner held ${applied.connection}' lists what waits for you`]
          : []),
        ...(applied.outcome.count > 0
          ? [`  left out ${applied.outcome.count} that differ:`, ...differencesOf(applied.outcome, file, all)]
          : []),
      ].join('\n')
    default:
      return applied satisfies never
  }
}

/** The same as one JSON object; docs/plans.md describes it. */
export function appliedAsJson(applied: Applied, file: PlanFile): object {
  if (!('outcome' in applied)) return applied
  const { outcome, ...rest } = applied
  const was = new Map(file.things.map((thing) => [thing.key, thing]))
  const { differences, count: all, done, approved } = outcome
  return {
    ...rest,
    done,
    approved,
    held: heldAfter(outcome),
    differing: all,
    differences: differences.map((one) => {
      const { key, operation, dn, label } = was.get(one.key) ?? one.is!
      return { how: one.how, key, operation, dn, label, says: describeDifference(one, was.get(one.key)) }
    }),
  }
}

function differencesOf({ differences, count: all }: PlanOutcome, file: PlanFile, isAll: boolean): string[] {
  const was = new Map(file.things.map((thing) => [thing.key, thing]))
  const listed = isAll ? differences : differences.slice(0, LISTED)
  const more = all - listed.length
  return [
    ...listed.map((one) => `  ${describeDifference(one, was.get(one.key))}`),
    ...(more > 0 ? [`  … and ${more} more${isAll ? '' : ' (--all)'}`] : []),
  ]
}

function endedAfterApproval(approved: number): string {
  const [ones, they] = approved === 1 ? ['one that was', 'it'] : [`${approved} that were`, 'them']
  return `Its producer ended after it had approved ${ones} held: the next cycle carries ${they} out.`
}

function doneOf({ done }: PlanOutcome): string {
  return done === 0 ? '' : `; ${done} of the plan ${done === 1 ? 'was' : 'were'} carried out before`
}

function heldAfter({ summary }: PlanOutcome): number {
  return Object.values(summary?.held ?? {}).reduce((sum, one) => sum + one, 0)
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
