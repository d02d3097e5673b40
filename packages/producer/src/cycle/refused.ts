import type { CycleSummary, Refused } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { countBy } from './cycle-plan.ts'

/** What a removal could not do beside it: nothing that follows would take it back, and so it is told for a while. */
export const BESIDE_REMOVALS: ReadonlySet<string> = new Set([
  'DEFAULT_GROUP_NOT_LEFT',
  'SESSIONS_NOT_ENDED',
  'TICKETS_NOT_MOVED',
])

/** Problems that keep nobody from what the directory says: they are for an admin to know. */
const NOTES: ReadonlySet<string> = new Set([
  'EXTERNAL_ID_DIFFERS',
  'GROUP_EMPTY',
  'LEAVING',
  'UNMANAGED_GROUPS',
  'UNMANAGED_TEAM_MEMBERS',
  ...BESIDE_REMOVALS,
])

/** Counts the users, groups and memberships with a problem that keeps them from what the directory says, each once. */
export function refusedOf(problems: readonly Problem[]): Refused {
  const refusals = problems.filter(({ code }) => !NOTES.has(code))
  const count = (subject: Problem['subject']) =>
    new Set(refusals.filter((one) => one.subject === subject).map(({ id }) => id)).size
  const ofThings = refusals.filter(({ subject }) => subject !== 'connection' && subject !== 'account')
  return {
    users: count('user'),
    groups: count('group'),
    memberships: count('membership'),
    codes: countBy(ofThings, ({ code }) => code),
  }
}

/** `145 people and 2 groups are refused (EMAIL_OWNED 145, GROUP_OWNED 2)`; undefined when nobody is. */
export function describeRefused({ users, groups, memberships, codes }: Refused): string | undefined {
  const who = listRefused({ users, groups, memberships }, ' and ')
  if (who === '') return undefined
  const verb = users + groups + memberships === 1 ? 'is' : 'are'
  return `${who} ${verb} refused (${listCodes({ codes })})`
}

function listCodes({ codes }: Pick<Refused, 'codes'>): string {
  return Object.entries(codes)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')
}

function listRefused({ users, groups, memberships }: Omit<Refused, 'codes'>, and: string): string {
  const parts = [
    users > 0 && `${users} ${users === 1 ? 'person' : 'people'}`,
    groups > 0 && `${groups} group${groups === 1 ? '' : 's'}`,
    memberships > 0 && `${memberships} membership${memberships === 1 ? '' : 's'}`,
  ]
  return parts.filter((part) => part !== false).join(and)
}

/**
 * What a plan without changes has to say of refusals, in the words of the last cycle: that nothing can be done is said
 * only where that is so of everybody, of `users` in the directory. Undefined when nobody is refused.
 */
export function describeStanding(refused: Refused, users: number): string | undefined {
  const all = describeRefused(refused)
  if (all === undefined) return undefined
  if (refused.users >= users) return `Nothing can be done: ${all}.`
  return `Nothing to do. Refused: ${listRefused(refused, ', ')} (${listCodes(refused)}).`
}

/**
 * What a cycle that released nothing has to say for it; undefined for one that had nothing to do, or did something.
 * That nothing can be done is said only where that is so of everybody.
 */
export function describeUndone({ released, adopted, refused, users, held }: CycleSummary): string | undefined {
  if (Object.keys(released).length > 0 || adopted > 0) return undefined
  const who = refused && describeRefused(refused)
  if (refused && who !== undefined && refused.users >= users) return `nothing can be done: ${who}`
  const waiting = Object.values(held).reduce((sum, count) => sum + count, 0)
  const reasons = [
    waiting > 0 && `${waiting} held`,
    refused && who !== undefined && `refused: ${listRefused(refused, ', ')} (see 'provisioner problems')`,
  ].filter(Boolean)
  return reasons.length > 0 ? ['no changes', ...reasons].join('; ') : undefined
}
