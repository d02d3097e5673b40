import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import { formatDuration } from '@provisioner/shared/duration.ts'
import { MODIFY_TIMESTAMP } from '@provisioner/shared/directory-profiles/profile.ts'
import { formatTime } from '@provisioner/shared/format-time.ts'
import type { CycleSummary, ReadServer } from '@provisioner/shared/ledger/cycle-state.ts'
import { readHealth, type ConnectionHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { describeDecision, describeFirstPlan } from '@provisioner/shared/ledger/describe-held.ts'
import { LedgerReader, type FirstRunState } from '@provisioner/shared/ledger/ledger-reader.ts'
import { describeFacts, factsOf, type RedisFacts } from '@provisioner/shared/redis-facts.ts'
import type { RunningService } from '@provisioner/shared/ledger/services.ts'
import { listProblems } from '@provisioner/shared/ledger/unreadable.ts'
import { describeUndone } from '../cycle/refused.ts'
import { STATUS_CODES } from './exit-codes.ts'
import { otherProblems } from './other-problems.ts'
import { paint } from './paint.ts'
import type { CliSession } from './session.ts'
import { describeTroubles } from './show-troubles.ts'

/** What the ledger has of a connection. */
interface Stored {
  readonly pending: readonly string[]
  readonly held: readonly DecidedChange[]
  /** Of how many something was undone that stays so. */
  readonly undone: number
  /** Without those that are told as troubles. */
  readonly problems: number
  /** Of the server that has the connection's account. */
  readonly redis: RedisFacts
}

/** What is younger has no age, ms: the clocks of two machines differ by as much. */
const JUST_NOW_MS = 1_000

const COLOURS = { well: 'green', degraded: 'yellow', stopped: 'red' } as const

const HEADINGS = { well: 'all is well', degraded: 'needs a look', stopped: 'stands still' } as const

/**
 * `provisioner status`: what keeps each connection from its work first; then who works for it, its last cycle, what
 * waits and what is wrong. Returns the exit code, that of the worst.
 */
export async function showStatus(
  session: CliSession,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<number> {
  let code = 0
  for (const connection of session.connections) {
    const reader = new LedgerReader(session.redis, connectionName(connection))
    const [health, pending, held, problems, redis, undone] = await Promise.all([
      readHealth(session.redis, reader),
      reader.pending(),
      reader.heldAndDecided(),
      listProblems(session.redis, reader),
      factsOf(session.redis, connection.account),
      reader.storedUndone(),
    ])
    const count = undone.values.size
    const stored = { pending, held, undone: count, problems: otherProblems(problems, health.troubles).length, redis }
    print(json ? JSON.stringify(asJson(health, stored)) : describe(health, stored))
    code = Math.max(code, STATUS_CODES[health.level])
  }
  return code
}

function asJson(health: ConnectionHealth, { pending, held, undone, problems, redis }: Stored): object {
  const { connection, level, troubles, firstRun, lastCycle, failing, newest, paused } = health
  return {
    connection,
    level,
    troubles,
    firstRun: firstRun.status,
    lastCycle: lastCycle ?? null,
    failing: failing ?? null,
    producers: health.services.filter(({ role }) => role === 'producer'),
    workers: health.services.filter(({ role }) => role === 'worker'),
    newestConfig: newest ?? null,
    paused,
    pending: pending.length,
    held: held.length,
    undecided: held.filter(({ decision }) => !decision).length,
    undone,
    problems,
    redis,
  }
}

function describe(health: ConnectionHealth, { pending, held, undone, problems, redis }: Stored): string {
  const { connection, level, troubles, firstRun, lastCycle } = health
  const undecided = held.filter(({ decision }) => !decision).length
  const waiting = undecided === 1 ? '1 change waits for you' : `${undecided} changes wait for you`
  const rows = [
    ['producers', describeServices(health, 'producer')],
    ['workers', describeServices(health, 'worker')],
    ['first plan', describeFirstRun(firstRun)],
    ['last cycle', lastCycle ? describeCycle(health, lastCycle) : 'none has ended yet'],
    ['not yet applied', String(pending.length)],
    ['held', held.length === 0 ? '0' : `${held.length}, ${undecided} of them undecided`],
    ...(undone > 0 ? [['undone', `${undone}, which stay so: 'provisioner undo --list'`] as const] : []),
    ['problems', problems === 0 ? '0' : `${problems}: 'provisioner problems ${connection}'`],
    ...(lastCycle?.directory ? [['directory', describeServer(lastCycle.directory)] as const] : []),
    ...(lastCycle ? [['changes', describeFollowing(lastCycle)] as const] : []),
    ['redis', describeFacts(redis)],
  ] as const
  return [
    `Connection '${connection}': ${paint(COLOURS[level], HEADINGS[level])}${level === 'well' && undecided > 0 ? `; ${waiting}` : ''}`,
    ...describeTroubles(troubles),
    ...rows.map(([name, value]) => `  ${name.padEnd(15)}  ${value}`),
  ].join('\n')
}

function describeServer({ name, url, unfit }: ReadServer): string {
  return `${name}, ${url}${unfit === undefined ? '' : `; ${unfit}`}`
}

/** How it is known that the directory has changed. */
function describeFollowing({ changeToken, everyMs }: Pick<CycleSummary, 'changeToken' | 'everyMs'>): string {
  const every = everyMs === undefined ? '' : `, every ${formatDuration(everyMs)}`
  if (!changeToken) return `found by the schedule alone${every}`
  const { by } = changeToken
  const missing = by === MODIFY_TIMESTAMP.attribute ? `; deletions are found by the schedule${every}` : ''
  return `followed by ${by}${missing}`
}

/** How many are running, and since when. */
function describeServices({ services }: ConnectionHealth, role: RunningService['role']): string {
  const all = services.filter((service) => service.role === role)
  const alive = all.filter(({ isAlive }) => isAlive)
  const each = alive.map(({ name, startedAt }) => `${name} since ${formatTime(startedAt)}`).join(', ')
  if (alive.length > 0) return `${alive.length} running: ${each}`
  return all[0] ? `none running; the last was seen ${formatTime(all[0].seenAt)}` : 'none running'
}

function describeCycle({ now, firstRun }: ConnectionHealth, cycle: NonNullable<ConnectionHealth['lastCycle']>): string {
  const { startedAt, endedAt, users, groups, memberships } = cycle
  const age = now - endedAt
  const when = `${formatTime(endedAt)}, ${age < JUST_NOW_MS ? 'just now' : `${formatDuration(age)} ago`}`
  const read = `${users} users, ${groups} groups, ${memberships} memberships`
  // That the first plan waits is told above, and all of it is held.
  const undone = describeUndone(firstRun.waiting ? { ...cycle, held: {} } : cycle)
  return `${when}, in ${formatDuration(endedAt - startedAt)}: ${read}${undone ? `; ${undone}` : ''}`
}

function describeFirstRun({ status, waiting, approval }: FirstRunState): string {
  if (status === 'new') return 'not made yet'
  if (waiting) return `waits for approval: ${describeFirstPlan(waiting)}`
  const words = status === 'done' ? 'carried out' : status
  return approval ? `${words}, ${describeDecision({ ...approval, decision: 'approved' })}` : words
}
