import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { quote } from '../mapping/fault.ts'
import type { CyclePlan } from './cycle-plan.ts'
import type { ToldDrift } from './plan-drift.ts'

/** So many users are named: a list that nobody reads to its end helps nobody. */
const TOLD = 200

const TODO =
  'Change it back in Zendesk, correct the directory, or have it set right: drift: repair, or a change of the entry'

/**
 * A problem for each user, up to 200 of them, and one for all others together.
 * @param masked names of attributes whose values nobody is to see
 */
export function driftProblems(
  told: readonly ToldDrift[],
  { connection, masked }: { readonly connection: string; readonly masked: ReadonlySet<string> },
): Problem[] {
  const more = told.length - TOLD
  return [
    ...told.slice(0, TOLD).map((one) => problemOf(one, masked)),
    ...(more > 0 ? [problemOfOthers(more, connection)] : []),
  ]
}

/**
 * What was told of users and still stands, for whoever was not looked at since: an ordinary cycle does not look. Who
 * has left, or is not linked any more, has no drift.
 */
export function standingDrift(
  stored: Iterable<StoredProblem>,
  { looked, isInScope }: { readonly looked: 'everybody' | ReadonlySet<string> } & Pick<CyclePlan, 'isInScope'>,
): Problem[] {
  if (looked === 'everybody') return []
  const stands = ({ code, subject, id }: Problem) =>
    code === 'DRIFT' && (subject !== 'user' || (isInScope('user', id) && !looked.has(id)))
  return [...stored].flatMap(({ problem }) => (stands(problem) ? [problem] : []))
}

/** Ids of users of whom drift is told and something is written: whether it still stands, a look says. */
export function writtenOver(stored: Iterable<StoredProblem>, { released }: Pick<CyclePlan, 'released'>): string[] {
  const told = new Set([...stored].flatMap(({ problem }) => (problem.code === 'DRIFT' ? [problem.id] : [])))
  return released.flatMap(({ kind, id }) => (kind === 'user' && told.has(id) ? [id] : []))
}

function problemOf({ user, attributes }: ToldDrift, masked: ReadonlySet<string>): Problem {
  const differences = attributes.map(({ name, held, wanted }) => {
    const [is, was] = masked.has(name) ? ['***', '***'] : [show(held), show(wanted)]
    return `${name} is ${is} in place of ${was}`
  })
  return {
    code: 'DRIFT',
    subject: 'user',
    id: user.id,
    dn: user.dn,
    what: `Somebody has changed Zendesk's user '${user.label}': ${differences.join('; ')}`,
    todo: TODO,
  }
}

function problemOfOthers(count: number, connection: string): Problem {
  return {
    code: 'DRIFT',
    subject: 'connection',
    id: `${connection}.drift`,
    what: `Somebody has changed ${count} more of Zendesk's users, who are not named one by one`,
    todo: TODO,
  }
}

function show(value: AttributeValue | undefined): string {
  if (isEmpty(value)) return 'empty'
  return Array.isArray(value) ? value.map((one) => quote(String(one))).join(', ') : quote(String(value))
}
