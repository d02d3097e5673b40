import { formatDuration } from '../duration.ts'
import { formatTime } from '../format-time.ts'
import { CHANGE_QUEUES, cycleQueueName, type ChangeQueue } from '../queues.ts'
import type { CycleSummary, FailingCycles } from './cycle-state.ts'
import { firstPlanWaits } from './describe-held.ts'
import type { FirstRunState, StoredProblem } from './ledger-reader.ts'
import type { NewestConfig } from './newest-config.ts'
import { troubleOfPause, type Pause } from './pauses.ts'
import type { SeenService } from './services.ts'
import { describeWrongKey, type WrongKey } from './wrong-keys.ts'

/** How a connection fares: all is well, a part waits or somebody has to look, or nothing goes on. */
export type Level = 'well' | 'degraded' | 'stopped'

/** What keeps a whole connection from its work, where a problem is about one thing of it. */
export interface Trouble {
  /** Stable, upper case, for filters and the runbook. */
  readonly code: string
  readonly level: Exclude<Level, 'well'>
  readonly what: string
  readonly todo: string
  /** Milliseconds since the epoch; undefined where nobody noted it. */
  readonly since?: number | undefined
  /** True when no cycle runs meanwhile. */
  readonly stopsCycles?: boolean
}

/** What the troubles of a connection are told from. */
export interface Facts {
  readonly connection: string
  /** Its producers and workers, the newest first; those that are gone as well. */
  readonly services: readonly SeenService[]
  readonly newest: NewestConfig | undefined
  readonly failing: FailingCycles | undefined
  readonly firstRun: FirstRunState
  readonly lastCycle: CycleSummary | undefined
  readonly paused: { readonly cycles: boolean; readonly changes: readonly ChangeQueue[] }
  /** Keys of its queues that BullMQ can't read. */
  readonly wrongKeys: readonly WrongKey[]
  readonly accountProblems: readonly StoredProblem[]
  /** Why Redis takes nothing, and what to do. */
  readonly full: string | undefined
  /** Why Redis will take nothing before long, and what to do. */
  readonly filling: string | undefined
  /** Why the ledger in Redis is none of this version, and what to do. */
  readonly layout: string | undefined
  /** What admins have paused of it, and of its account. */
  readonly pauses: readonly Pause[]
  /** By Redis, ms since the epoch. */
  readonly now: number
}

/**
 * Beyond three times `schedule.every`, cycles may take so long before that is told, ms: the first load looks up
 * thousands.
 */
const OVERDUE_MS = 30 * 60_000

/** Problems of an account that keep all its changes waiting, or many. */
const OF_ACCOUNT: Readonly<Record<string, Trouble['level']>> = {
  ZENDESK_UNAUTHENTICATED: 'stopped',
  ZENDESK_SCOPE_MISSING: 'degraded',
  HISTORY_AWAY: 'degraded',
}

/**
 * What keeps a connection from its work, the worst first.
 *
 *   code                    | level    | when
 *   ------------------------|----------|--------------------------------------------------------------
 *   LEDGER_LAYOUT           | stopped  | another version left a ledger in Redis
 *   REDIS_FULL              | stopped  | Redis refuses to write
 *   REDIS_FILLS             | degraded | it will within two weeks, as it grows today, or uses 90 % of its limit
 *   NO_PRODUCER, NO_WORKER  | stopped  | none has said for 15 s that it lives
 *   CONFIG_OLDER            | degraded | a producer or worker has not the newest configuration
 *                           | stopped  | and no producer that lives has; degraded again once an older one took over
 *   PAUSED                  | stopped  | an admin did; degraded when only removals are
 *   CYCLES_PAUSED           | stopped  |
 *   CYCLES_FAILING          | stopped  | the last one failed; degraded when Zendesk failed it, for leavers go out then
 *   CYCLE_OVERDUE           | degraded | none has ended for long, and none failed
 *   ZENDESK_UNAUTHENTICATED | stopped  | a worker was refused; ZENDESK_SCOPE_MISSING: degraded
 *   HISTORY_AWAY            | degraded | the producer can't write to the history's database
 *   QUEUES_PAUSED           | stopped  | all of them; degraded when some are
 *   QUEUE_UNREADABLE        | degraded | a key of a queue is of the wrong type; stopped when it is one of the cycles'
 *   FIRST_PLAN_WAITS        | degraded |
 */
export function troublesOf(facts: Facts): Trouble[] {
  const { full, accountProblems, firstRun, connection } = facts
  const found = [
    facts.layout === undefined ? undefined : stoppedBy('LEDGER_LAYOUT', facts.layout),
    full === undefined ? undefined : stoppedBy('REDIS_FULL', full),
    facts.filling === undefined ? undefined : { ...told('REDIS_FILLS', facts.filling), level: 'degraded' as const },
    full === undefined ? noProducer(facts) : undefined, // one that can't say that it lives may live
    olderConfig(facts),
    ...facts.pauses.map((one) => troubleOfPause(one, facts.connection)),
    facts.paused.cycles ? CYCLES_PAUSED : undefined,
    failing(facts),
    overdue(facts),
    full === undefined ? noWorker(facts) : undefined,
    ...accountProblems.map(ofAccount),
    pausedQueues(facts),
    ...facts.wrongKeys.map((one) => unreadableQueue(facts.connection, one)),
    firstRun.waiting && { ...firstPlanWaits(firstRun.waiting, connection), level: 'degraded' as const },
  ].filter((one) => one !== undefined)
  return [...found.filter(({ level }) => level === 'stopped'), ...found.filter(({ level }) => level !== 'stopped')]
}

/** @param words a sentence that says what is wrong, and what to do in those that follow */
function told(code: string, words: string): Pick<Trouble, 'code' | 'what' | 'todo'> {
  const [what = '', ...todo] = words.split('. ')
  return { code, what, todo: todo.join('. ') }
}

function stoppedBy(code: string, words: string): Trouble {
  return { ...told(code, words), level: 'stopped', stopsCycles: true }
}

function noProducer(facts: Facts): Trouble | undefined {
  const producers = facts.services.filter(({ role }) => role === 'producer')
  if (producers.some(({ isAlive }) => isAlive)) return undefined
  return {
    code: 'NO_PRODUCER',
    level: 'stopped',
    what: `No producer is running: nobody reads the directory, and who leaves keeps access. ${lastOf(producers, facts.newest !== undefined)}`,
    todo: 'Start a producer, or look at its log for why it ended',
    since: producers[0]?.seenAt,
    stopsCycles: true,
  }
}

function noWorker(facts: Facts): Trouble | undefined {
  const workers = facts.services.filter(({ role }) => role === 'worker')
  if (workers.some(({ isAlive }) => isAlive)) return undefined
  return {
    code: 'NO_WORKER',
    level: 'stopped',
    what: `No worker is running: nothing is written to Zendesk. ${lastOf(workers, facts.lastCycle !== undefined)}`,
    todo: 'Start a worker, or look at its log for why it ended',
    since: workers[0]?.seenAt,
  }
}

/** @param isInUse true when the connection has a past: services are forgotten after seven days */
function lastOf([last]: readonly SeenService[], isInUse: boolean): string {
  if (last) return `The last one, ${last.name}, was seen ${formatTime(last.seenAt)}`
  return isInUse ? 'None has been seen in the last seven days' : 'None has ever been seen'
}

function olderConfig({ services, newest, connection }: Facts): Trouble | undefined {
  if (!newest) return undefined
  const alive = services.filter(({ isAlive }) => isAlive)
  const older = alive.filter(({ connections }) => connections[connection] !== newest.print)
  if (newest.over !== undefined)
    return {
      code: 'CONFIG_OLDER',
      level: 'degraded',
      what: `Producer ${newest.by} works with an older configuration since ${formatTime(newest.since)}: none with the newest had lived for a minute`,
      todo: 'Start a producer with the newest configuration, which works at once; or, if the older one is meant, put it on every host',
      since: newest.since,
    }
  if (older.length === 0) return undefined
  const producers = alive.filter(({ role }) => role === 'producer')
  const standstill = producers.length > 0 && producers.every((one) => older.includes(one))
  const names = older.map(({ role, name }) => `${role} ${name}`).join(', ')
  return {
    code: 'CONFIG_OLDER',
    level: standstill ? 'stopped' : 'degraded',
    what:
      `Not started with the newest configuration: ${names}. Producer ${newest.by} brought that ${formatTime(newest.since)}` +
      (standstill
        ? '; no producer that has it is running, and so no cycle runs until an older one takes over, after a minute'
        : '; an older producer runs no cycles'),
    todo: 'Give each host the same file and restart what is named here: the last start with a changed file counts',
    since: newest.since,
    stopsCycles: standstill,
  }
}

const CYCLES_PAUSED: Trouble = {
  code: 'CYCLES_PAUSED',
  level: 'stopped',
  what: 'The queue of cycles is paused: nobody reads the directory, and who leaves keeps access',
  todo: 'Resume it in the dashboard, under Queues',
  stopsCycles: true,
}

function failing({ failing: cycles }: Facts): Trouble | undefined {
  if (!cycles) return undefined
  const { since, count, code, what, released, row, nextAt } = cycles
  const times = count === 1 ? 'The last cycle failed' : `The last ${count} cycles failed, since ${formatTime(since)}`
  return {
    code: 'CYCLES_FAILING',
    level: released ? 'degraded' : 'stopped',
    what: `${times}. ${code}: ${what.replace(/\.$/, '')}${slowed(row?.since ?? since, nextAt)}`,
    todo: released
      ? 'Mend what is said there, if it does not pass by itself: the next cycle asks again. What needs nothing from Zendesk, leavers first, is released all the same'
      : "Mend what is said there: meanwhile nothing is planned, nobody is deprovisioned, and who leaves keeps access. A cycle tries again by itself, and at once when asked for by 'provisioner cycle'",
    since,
  }
}

function slowed(since: number, nextAt: number | undefined): string {
  if (nextAt === undefined) return ''
  return `. Since that has been so since ${formatTime(since)}, cycles are slowed: the next one runs at ${formatTime(nextAt)}`
}

function overdue({ lastCycle, failing: cycles, services, paused, now }: Facts): Trouble | undefined {
  const works = services.some(({ role, isAlive }) => role === 'producer' && isAlive)
  if (!lastCycle || cycles || !works || paused.cycles) return undefined
  const { endedAt, everyMs = 0 } = lastCycle
  if (now - endedAt < 3 * everyMs + OVERDUE_MS) return undefined
  return {
    code: 'CYCLE_OVERDUE',
    level: 'degraded',
    what: `No cycle has ended since ${formatTime(endedAt)}, and one is due every ${formatDuration(everyMs)}`,
    todo: "Look at the producer's log, and in the dashboard at the queue of cycles: one that runs may wait for Zendesk or for the directory",
    since: endedAt,
  }
}

function ofAccount({ problem, since }: StoredProblem): Trouble | undefined {
  const level = OF_ACCOUNT[problem.code]
  return level && { code: problem.code, level, what: problem.what, todo: problem.todo, since }
}

function pausedQueues({ paused: { changes } }: Facts): Trouble | undefined {
  if (changes.length === 0) return undefined
  const all = changes.length === CHANGE_QUEUES.length
  return {
    code: 'QUEUES_PAUSED',
    level: all ? 'stopped' : 'degraded',
    what: all
      ? 'All queues of changes are paused: nothing is written to Zendesk'
      : `Paused: ${changes.join(', ')}. What is on them is not written to Zendesk`,
    todo: 'Resume in the dashboard, under Queues',
  }
}

function unreadableQueue(connection: string, wrong: WrongKey): Trouble {
  const isOfCycles = wrong.key.includes(`:${cycleQueueName(connection)}:`)
  return {
    code: 'QUEUE_UNREADABLE',
    level: isOfCycles ? 'stopped' : 'degraded',
    what: `${describeWrongKey(wrong)}. What is on that queue waits`,
    todo: isOfCycles
      ? `A producer that runs sets it aside within 15 s; to do so now: redis-cli DEL '${wrong.key}'. Find out what else writes to this Redis`
      : 'The next cycle sets it aside, and adds what was on the queue anew. Find out what else writes to this Redis',
    stopsCycles: isOfCycles,
  }
}
