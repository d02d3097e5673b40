import { formatDuration } from '@provisioner/shared/duration.ts'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { describeUndone } from '../cycle/refused.ts'
import { whatStands } from './ask-for-cycle.ts'
import { awaitCycle } from './await-cycle.ts'
import { awaitWritten } from './await-written.ts'
import { EXIT } from './exit-codes.ts'
import { tellStart, type Progress } from './progress.ts'
import type { CliConnection, CliSession } from './session.ts'
import { describeTroubles } from './show-troubles.ts'

export interface SyncOptions {
  readonly full: boolean
  readonly json: boolean
  /** How long to wait for each connection, ms. */
  readonly timeout: number
}

/** What came of one connection. */
interface Synced {
  readonly connection: string
  /** What kept it from an end; undefined when it came to one. */
  readonly failed?: string
  readonly summary?: CycleSummary
  /** Changes that were written meanwhile, and those that wait for longer than a moment. */
  readonly written?: number
  readonly left?: number
  readonly held?: number
  readonly ms?: number
}

/**
 * `provisioner sync`: runs a cycle of each connection and waits until what it released is written. Returns the exit
 * code: 0 when all is in step, 4 when only what is held is not; 1 when a cycle failed, nobody works, or changes wait
 * for more than a moment.
 */
export async function sync(
  session: CliSession,
  options: SyncOptions,
  print: (text: string) => void,
  progress: Progress,
): Promise<number> {
  const codes: number[] = []
  tellStart('Reading the directory, and waiting until what differs is written', { forPrograms: options.json })
  for (const connection of session.connections) {
    const synced = await syncOne(session, connection, options, progress).finally(() => progress.clear())
    print(options.json ? JSON.stringify(synced) : describe(synced))
    codes.push(codeOf(synced))
  }
  return codes.includes(EXIT.failed) ? EXIT.failed : Math.max(...codes)
}

async function syncOne(
  session: CliSession,
  connection: CliConnection,
  { full, timeout }: SyncOptions,
  progress: Progress,
): Promise<Synced> {
  const { id } = connection
  const startedAt = Date.now()
  const { stopping, paused, idle } = await whatStands(session, connection)
  const standing = [...stopping, ...paused, ...idle]
  if (standing.length > 0)
    return { connection: id, failed: ['nothing can be waited for:', ...describeTroubles(standing)].join('\n') }
  progress.show(`Connection '${id}': a cycle reads the directory ...`)
  const deadline = startedAt + timeout
  const name = full ? CYCLE_JOBS.full : CYCLE_JOBS.ordinary
  const cycle = await awaitCycle<CycleSummary>(session.redis, connection, name, deadline)
  if (cycle.status === 'failed') return { connection: id, failed: `the cycle failed: ${sentence(cycle.why)}` }
  if (cycle.status === 'late')
    return { connection: id, failed: `no cycle has ended within ${formatDuration(timeout)}.` }
  const { value: summary } = cycle
  const { written, left } = await awaitWritten(session.redis, connection, deadline, (text) =>
    progress.show(`Connection '${id}': ${text} ...`),
  )
  const held = Object.values(summary.held).reduce((sum, count) => sum + count, 0)
  return { connection: id, summary, written, left, held, ms: Date.now() - startedAt }
}

function codeOf({ failed, left = 0, held = 0 }: Synced): number {
  if (failed !== undefined || left > 0) return EXIT.failed
  return held > 0 ? EXIT.held : EXIT.done
}

function describe({ connection, failed, summary, written = 0, left = 0, ms = 0 }: Synced): string {
  if (failed !== undefined || !summary) return `Connection '${connection}': ${failed}`
  const { users, groups, memberships } = summary
  const undone = describeUndone(summary)
  const rest = left === 1 ? '1 change waits' : `${left} changes wait`
  return [
    `Connection '${connection}': ${left > 0 ? 'NOT in step yet' : 'in step'}, after ${formatDuration(ms)}.`,
    `  read     ${count(users, 'user')}, ${count(groups, 'group')}, ${count(memberships, 'membership')}`,
    `  written  ${count(written, 'change')}${undone && written === 0 ? `; ${undone}` : ''}`,
    ...(left > 0 ? [`  waiting  ${rest} for longer than a moment: 'provisioner problems ${connection}' says why`] : []),
    ...(summary.held && Object.keys(summary.held).length > 0
      ? [`  held     'provisioner held ${connection}' lists what waits for you`]
      : []),
  ].join('\n')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
