import type { Job } from 'bullmq'
import type { FailingCycles } from '@provisioner/shared/ledger/cycle-state.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import type { Directory } from '../directory/directory.ts'
import { DirectoryUnreachableError } from '../directory/ldap/errors.ts'

const MINUTE = 60_000

/** The longest wait between two cycles that fail for the directory's sake, ms: who leaves keeps access meanwhile. */
const LONGEST_MS = 15 * MINUTE

/** The same while the directory refuses the bind, ms: each try might lock the account. */
const LONGEST_BIND_MS = 60 * MINUTE

/** What a cycle that was left out says to whoever looks at its job. */
export interface LeftOut {
  readonly leftOut: 'cycles fail, and are slowed'
  readonly code: string
  /** When the next one is run, ms since the epoch. */
  readonly nextAt: number
}

/**
 * When the next cycle by the schedule is run, ms since the epoch, after so many in a row have failed with one code;
 * undefined where the next one is run as ever.
 *
 *   code                   | wait after one, two, three … | at most
 *   -----------------------|------------------------------|--------
 *   DIRECTORY_BIND_REFUSED | every, 2 × every, 4 × every… | 1 h
 *   any other DIRECTORY_…  | the same                     | 15 min
 *   any other              | every                        |
 *
 * Of the directory's alone it is known that a cycle could do nothing. One that fails for Zendesk's sake has released
 * leavers by then, and so may have one that fails for an unknown reason: slowed, it would delay the next ones.
 *
 * @param row how many have failed with this code since the last that did not
 */
export function slowedUntil(code: string, row: number, everyMs: number, now: number): number | undefined {
  if (!code.startsWith('DIRECTORY_')) return undefined
  const longest = code === 'DIRECTORY_BIND_REFUSED' ? LONGEST_BIND_MS : LONGEST_MS
  // so many doublings lead beyond any longest wait
  const wait = Math.min(everyMs * 2 ** Math.min(row - 1, 30), longest)
  return wait > everyMs ? now + wait : undefined
}

/** What is looked at before a cycle is left out. */
export interface SlowedBy {
  readonly failing: () => Promise<FailingCycles | undefined>
  readonly directory: Pick<Directory, 'changeToken'>
  readonly bases: readonly string[]
  readonly everyMs: number
}

/**
 * Whether this cycle is left out, since cycles fail and are slowed; undefined for one that is to be run. Only those of
 * the schedule are left out: what an admin, the watch or a start asks for is run at once. Where no server could be
 * reached, one is asked for its change token, and when it answers the cycle is run.
 *
 * @throws what that look meets other than that: the cycle would meet it as well
 */
export async function isLeftOut(
  job: Job,
  { failing, directory, bases, everyMs }: SlowedBy,
  signal: AbortSignal,
): Promise<LeftOut | undefined> {
  const now = Date.now()
  if (!isBySchedule(job, now)) return undefined
  const cycles = await failing()
  // The schedule's times stand fast: one that is due a little later is due.
  if (cycles?.nextAt === undefined || now >= cycles.nextAt - everyMs / 2) return undefined
  const { code, nextAt } = cycles
  if (code === 'DIRECTORY_UNREACHABLE' && (await isReachable(directory, bases, signal))) return undefined
  return { leftOut: 'cycles fail, and are slowed', code, nextAt }
}

/** Full ones come seldom. One that is promoted or retried in Bull Board was asked for by whoever did that. */
function isBySchedule({ name, repeatJobKey, attemptsStarted, timestamp, opts }: Job, now: number): boolean {
  if (name !== CYCLE_JOBS.ordinary || repeatJobKey === undefined || attemptsStarted > 1) return false
  return now >= timestamp + (opts.delay ?? 0) - 1_000
}

async function isReachable(
  directory: Pick<Directory, 'changeToken'>,
  bases: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await directory.changeToken(bases, signal)) !== undefined
  } catch (error) {
    if (error instanceof DirectoryUnreachableError) return false
    throw error
  }
}
