import { isEmpty } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { quote } from '../mapping/fault.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { MOST_REPAIRS } from './repairs.ts'
import type { ChangedBy } from './who-changed.ts'
import type { ToldDrift } from './plan-drift.ts'

/** So many users are named: a list that nobody reads to its end helps nobody. */
const TOLD = 200

const WHAT_TO_DO =
  'Change it back in Zendesk, correct the directory, or have it set right: drift: repair, or a change of the entry'

const GIVEN_UP = ` though it was set right ${MOST_REPAIRS} times: Zendesk keeps it so, or another program writes it`

/** What may be shown of a user. */
interface Shown {
  /** Names of attributes whose values nobody is to see. */
  readonly masked: ReadonlySet<string>
  /** By user id. */
  readonly changedBy: ReadonlyMap<string, ChangedBy>
}

/**
 * A problem for each user, up to 200 of them, and one for all others together.
 */
export function driftProblems(
  told: readonly ToldDrift[],
  { connection, ...shown }: { readonly connection: string } & Shown,
): Problem[] {
  const more = told.length - TOLD
  return [
    ...told.slice(0, TOLD).map((one) => problemOf(one, shown)),
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

/** Logs of whom a cycle sets something right that somebody changed in Zendesk: names, and no values. */
export function tellRepairs({ drift, changedBy, released }: CyclePlan, log: Pick<Logger, 'info'>): void {
  for (const { kind, id, dn, changed } of released) {
    if (kind !== 'user') continue
    // Of a role, an address or an external id it is known that somebody changed it, if it is known who.
    const attributes = drift.get(id)?.map(({ name }) => name) ?? (changedBy.has(id) ? changed : undefined)
    if (attributes)
      log.info({ dn, attributes, by: changedBy.get(id) }, 'Set right: changed in Zendesk by somebody else')
  }
}

function problemOf({ user, attributes }: ToldDrift, { masked, changedBy }: Shown): Problem {
  const differences = attributes.map(({ name, held, wanted, isGivenUp }) => {
    const [is, was] = masked.has(name) ? ['***', '***'] : [showValue(held), showValue(wanted)]
    return `${name} is ${is} in place of ${was}${isGivenUp ? GIVEN_UP : ''}`
  })
  const by = changedBy.get(user.id)
  const who = by ? `. The audit log names '${by.name}' as the last to change the user there, at ${by.at}` : ''
  return {
    code: 'DRIFT',
    subject: 'user',
    id: user.id,
    dn: user.dn,
    what: `Somebody has changed Zendesk's user '${user.label}': ${differences.join('; ')}${who}`,
    todo: WHAT_TO_DO,
  }
}

function problemOfOthers(count: number, connection: string): Problem {
  return {
    code: 'DRIFT',
    subject: 'connection',
    id: `${connection}.drift`,
    what: `Somebody has changed ${count} more of Zendesk's users, who are not named one by one`,
    todo: WHAT_TO_DO,
  }
}

/** A value for people, in one short line. */
export function showValue(value: AttributeValue | undefined): string {
  if (isEmpty(value)) return 'empty'
  return Array.isArray(value) ? value.map((one) => quote(String(one))).join(', ') : quote(String(value))
}
