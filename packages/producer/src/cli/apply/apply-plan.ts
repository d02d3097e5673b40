import { randomUUID } from 'node:crypto'
import { configPrint } from '@provisioner/shared/config/config-print.ts'
import { formatDuration } from '@provisioner/shared/duration.ts'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { connectionKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { entityOf, type PlanOutcome, type PlanRequest } from '@provisioner/shared/ledger/plan-request.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { countBy } from '../../cycle/cycle-plan.ts'
import { whatStands } from '../ask-for-cycle.ts'
import { awaitCycle } from '../await-cycle.ts'
import { awaitWritten } from '../await-written.ts'
import { CommandLineError } from '../command-line-error.ts'
import { deciderOf } from '../decider.ts'
import type { Progress } from '../progress.ts'
import type { CliConnection, CliSession } from '../session.ts'
import { describeTroubles } from '../show-troubles.ts'
import { appliedAsJson, codeOf, describeApplied, type Applied } from './describe-applied.ts'
import type { PlanFile } from './plan-file.ts'

/** How long a plan waits in Redis for a producer, beyond what the command waits for, ms. */
const SPARE_MS = 60_000

export interface ApplyOptions {
  readonly partial: boolean
  readonly approve: boolean
  readonly reason?: string | undefined
  readonly all: boolean
  readonly json: boolean
  /** How long to wait, ms. */
  readonly timeout: number
}

/** What the command speaks through. */
export interface ApplyTerminal {
  readonly print: (text: string) => void
  readonly confirm: (question: string) => Promise<boolean>
  readonly progress: Progress
}

/** Thrown for a plan that was made for something else than the configuration says. */
export class PlanUnfitError extends CommandLineError {
  override name = 'PlanUnfitError' as const
  override readonly code = 'PLAN_UNFIT' as const
}

/**
 * `provisioner apply`: has a producer carry out exactly the plan of a file, and waits until it is written. Where
 * something has changed since, that is told entry by entry, and nothing is done. Returns the exit code.
 *
 * @throws PlanUnfitError
 */
export async function applyPlan(
  session: CliSession,
  file: PlanFile,
  options: ApplyOptions,
  terminal: ApplyTerminal,
): Promise<number> {
  const { print, progress } = terminal
  const [connection] = session.connections as [CliConnection]
  await assertFitting(session, connection, file)
  const applied = await applyOne(session, connection, file, options, terminal).finally(() => progress.clear())
  print(options.json ? JSON.stringify(appliedAsJson(applied, file)) : describeApplied(applied, file, options.all))
  return codeOf(applied)
}

async function applyOne(
  session: CliSession,
  connection: CliConnection,
  file: PlanFile,
  { partial, approve, reason, timeout }: ApplyOptions,
  { print: _print, confirm, progress }: ApplyTerminal,
): Promise<Applied> {
  const { id } = connection
  const of = { connection: id }
  if (file.things.length === 0) return { ...of, status: 'nothing to do' }
  if (file.firstPlan && !approve)
    return { ...of, status: 'waits', why: `it is a first plan, which waits for an admin's word: say --approve` }
  const { stopping, paused, idle } = await whatStands(session, connection)
  const standing = [...stopping, ...paused, ...idle]
  if (standing.length > 0)
    return { ...of, status: 'failed', why: ['nothing can be waited for:', ...describeTroubles(standing)].join('\n') }
  if (!(await confirm(`Carry out the plan of ${formatTime(file.at)} (${countsOf(file)})?`)))
    return { ...of, status: 'failed', why: 'nothing was done.' }

  const startedAt = Date.now()
  const deadline = startedAt + timeout
  const key = connectionKeys(connectionName(connection)).planRequest(randomUUID())
  const request: PlanRequest = {
    config: file.config,
    full: file.full,
    isPartial: partial,
    approve: approve ? deciderOf(reason) : null,
    things: file.things.map(({ key, state, operation, desired, from }) => ({ key, state, operation, desired, from })),
  }
  await session.redis.set(key, JSON.stringify(request), 'PX', timeout + SPARE_MS)
  progress.show(`Connection '${id}': a cycle compares the plan with the directory ...`)
  const plan = key.slice(key.lastIndexOf(':') + 1)
  const cycle = await awaitCycle<PlanOutcome>(session.redis, connection, CYCLE_JOBS.plan, deadline, { plan })
  // what no producer has begun by now, none begins later
  await session.redis.del(key)
  if (cycle.status === 'late')
    return { ...of, status: 'failed', why: `not done within ${formatDuration(timeout)}; what has begun goes on.` }
  if (cycle.status === 'failed') return { ...of, status: 'failed', why: `the cycle failed: ${sentence(cycle.why)}` }
  const outcome = cycle.value
  if (outcome.status === 'unfit') return { ...of, status: 'failed', why: sentence(outcome.why ?? '') }
  if (outcome.status === 'stale') return { ...of, status: 'stale', outcome }
  const { written, left } = await awaitWritten(
    session.redis,
    connection,
    deadline,
    (text) => progress.show(`Connection '${id}': ${text} ...`),
    new Set(file.things.map((thing) => entityOf(thing.key))),
  )
  // what was written before the first look was seen by nobody
  const released = Object.values(outcome.summary?.released ?? {}).reduce((sum, one) => sum + one, 0)
  const ms = Date.now() - startedAt
  return { ...of, status: 'applied', outcome, written: Math.max(written, released - left), left, ms }
}

async function assertFitting(session: CliSession, { id, account }: CliConnection, file: PlanFile): Promise<void> {
  const made = `The plan was made for connection '${file.connection}' of account '${file.account}'`
  if (file.account !== account)
    throw new PlanUnfitError(`${made}, and the configuration has account '${account}' there`)
  const config = await session.whole()
  const connection = config.connections.find((one) => one.id === id)!
  if (configPrint(config, connection) !== file.config)
    throw new PlanUnfitError(`${made} with another configuration than this one: make another plan`)
}

function countsOf({ things }: PlanFile): string {
  const counts = countBy(things, ({ operation, state }) => (state === 'held' ? 'held' : operation))
  return Object.entries(counts)
    .map(([what, count]) => `${count} × ${what}`)
    .join(', ')
}
