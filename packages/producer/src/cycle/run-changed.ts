import { policyPrint } from '@provisioner/shared/config/config-print.ts'
import type { NewEvent } from '@provisioner/shared/history/note-event.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { ChangeToken, CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import { changedSince } from '../directory/changed-filter.ts'
import { basesOf } from './bases-of.ts'
import { countBy } from './cycle-plan.ts'
import type { Next } from './directory-watch.ts'
import { enactPlan } from './enact-plan.ts'
import { planChanged } from './plan-changed.ts'
import type { CycleOptions } from './run-cycle.ts'
import { eventsAhead } from './tell-history.ts'

/** The data of a job that reads what has changed. */
export interface ChangedData {
  readonly next?: Next
}

/** What was found of entries that have changed. */
export interface ChangedSummary {
  /** Released changes by operation. */
  readonly released: Readonly<Record<string, number>>
  readonly isAll: boolean
}

/** Left to a cycle altogether. */
const NONE: ChangedSummary = { released: {}, isAll: false }

/**
 * Reads what has changed since the last cycle, and releases ahead of the next one what that proves by itself: a leaver
 * does not wait until a large directory is read. What is left, and what this can't see, is that cycle's. Where it is
 * not known since when, or what was planned by another mapping, nothing is read.
 *
 * @throws whatever the directory threw; `FencedError` when a newer cycle has begun, `OlderConfigError` when a producer
 *   was started with a newer configuration
 */
export async function runChanged(options: CycleOptions, signal: AbortSignal): Promise<ChangedSummary> {
  const { connection, redis, reader, queues, directory, producer, log } = options
  const [from, startedAt] = [performance.now(), Date.now()]
  const last = await reader.lastCycle()
  const token = await directory.changeToken(basesOf(connection), signal)
  if (last === undefined || token === undefined || token === 'none') return NONE
  const ledger = await CycleLedger.begin(redis, connectionName(connection), producer)
  const note = (isAll: boolean, events: readonly NewEvent[] = []) => {
    const tookMs = Math.round(performance.now() - from)
    return ledger.notes.follow({ cycle: last.cycle, run: ledger.cycle, changeToken: token, isAll, tookMs }, events)
  }
  if (!(await isReadable(options, last, token))) {
    await note(false)
    return NONE
  }
  const changed = changedSince(last.changeToken!, last.startedAt)
  const planned = await planChanged(options, { changed, now: Date.now(), inScope: last.users }, signal)
  signal.throwIfAborted()
  if (planned) await enactPlan(planned.plan, { ledger, reader, queues }, Date.now())
  const isAll = planned?.isAll === true
  const released = countBy(planned?.plan.released ?? [], ({ operation }) => operation)
  const event = { connection: connection.id, cycle: ledger.cycle, startedAt, released }
  await note(isAll, eventsAhead(event, Date.now()))
  if (Object.keys(released).length > 0)
    log.info({ released, isAll }, 'Released ahead of a cycle: what changed entries prove by themselves')
  return { released, isAll }
}

/** Whether what has changed since the last cycle can be asked for, and be planned by what that left behind. */
async function isReadable(
  { connection, reader }: CycleOptions,
  { changeToken: before }: CycleSummary,
  now: ChangeToken,
): Promise<boolean> {
  // Another server counts for itself.
  if (before?.by !== now.by || before.server !== now.server) return false
  if ((await reader.firstRun()).status !== 'done' || (await reader.listsLost()).isToBeFound) return false
  return (await reader.mappingFingerprint()) === policyPrint(connection)
}
