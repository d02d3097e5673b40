import { setTimeout as sleep } from 'node:timers/promises'
import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { formatDuration } from '@provisioner/shared/duration.ts'
import type { EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { beginTrace, endTrace, readSteps, type TraceStep } from '@provisioner/shared/ledger/traces.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import { awaitCycle } from '../await-cycle.ts'
import { errorAsJson } from '../error-as-json.ts'
import { EXIT } from '../exit-codes.ts'
import { explainOne } from '../explain/explain-one.ts'
import { findOne, type Found } from '../explain/find-or-list.ts'
import { whatStands } from '../ask-for-cycle.ts'
import type { CliSession } from '../session.ts'
import { describeTroubles } from '../show-troubles.ts'
import type { SyncOptions } from '../sync.ts'
import { describeStep } from './describe-step.ts'
import { putFirst, waitingOf, type Waiting } from './under-way.ts'

/** Workers look this often at who is followed, ms, and a little. */
const NOTICED_MS = 600
/** How often it is looked how far it is, ms. */
const LOOK_MS = 250
/** Looks in a row that find nothing under way: what a write lets in comes right after it. */
const QUIET_LOOKS = 3

/** What came of one user or group. */
interface Followed {
  readonly connection: string
  readonly who: string
  readonly dn: string
  /** What kept it from an end; undefined when it came to one. */
  readonly failed?: string
  readonly steps: readonly TraceStep[]
  readonly left: readonly Waiting[]
  readonly held: number
  /** Where they stand now, as `explain` says it. */
  readonly verdict?: string
  readonly ms: number
}

/**
 * `provisioner sync --user`, `--group`: a cycle, and then what it released of one user with their memberships, or of
 * one group, before everything else that waits, with each step: what differs, the requests, Zendesk's answers. Returns
 * the exit code: 0 when they are in step, 4 when something of them is held, 1 when nobody or several are named so,
 * nobody works, or something waits for longer than a moment.
 *
 * @throws EmptyTextError, EntryUnidentifiedError
 */
export async function syncNamed(
  session: CliSession,
  { kind, text }: { kind: 'user' | 'group'; text: string },
  options: SyncOptions,
  print: (text: string) => void,
): Promise<number> {
  const search = await findOne(session, text, `sync --${kind}`, new AbortController().signal)
  if (search.status === 'not one') {
    print(options.json ? errorAsJson({ code: 'NOT_ONE', message: search.says }) : search.says)
    return EXIT.failed
  }
  const codes: number[] = []
  for (const found of search.found) {
    const { named } = found
    if (named.kind !== kind) {
      print(`'${text}' is a ${named.kind}, ${named.dn}: 'provisioner sync --${named.kind}' does it.`)
      codes.push(EXIT.failed)
      continue
    }
    const followed = await follow(session, found, options, options.json ? () => {} : print)
    print(options.json ? JSON.stringify(followed) : describeEnd(followed))
    codes.push(codeOf(followed))
  }
  return codes.includes(EXIT.failed) ? EXIT.failed : Math.max(...codes)
}

async function follow(
  session: CliSession,
  { sources, named }: Found,
  { timeout }: SyncOptions,
  tell: (text: string) => void,
): Promise<Followed> {
  const { connection, redis, reader } = sources
  const name = connectionName(connection)
  const startedAt = Date.now()
  const about = { connection: connection.id, who: named.label ?? named.dn, dn: named.dn }
  const none = { ...about, steps: [], left: [], held: 0 }
  const { stopping, paused, idle } = await whatStands(session, connection)
  const standing = [...stopping, ...paused, ...idle]
  if (standing.length > 0)
    return { ...none, failed: ['nothing can be waited for:', ...describeTroubles(standing)].join('\n'), ms: 0 }
  const entity: EntityName = { kind: named.kind, id: named.id ?? '' }
  const deadline = startedAt + timeout
  tell(`Connection '${connection.id}': ${about.who} (${about.dn})`)
  await beginTrace(redis, name, entity)
  try {
    await sleep(NOTICED_MS)
    const cycle = await awaitCycle(redis, connection, CYCLE_JOBS.ordinary, deadline)
    const took = () => Date.now() - startedAt
    if (cycle.status === 'failed') return { ...none, failed: `the cycle failed: ${sentence(cycle.why)}`, ms: took() }
    if (cycle.status === 'late')
      return { ...none, failed: `no cycle has ended within ${formatDuration(timeout)}.`, ms: took() }
    tell(`  cycle  ended after ${formatDuration(took())}`)
    const steps: TraceStep[] = []
    let from = 0
    const readMore = async () => {
      const { steps: more, next } = await readSteps(redis, name, entity, from)
      from = next
      for (const step of more) tell(describeStep(step))
      steps.push(...more)
    }
    await using queues = new ChangeQueues(name, redis)
    const first = new Set<string>()
    let left: Waiting[] = []
    for (let quiet = 0; quiet < QUIET_LOOKS && Date.now() < deadline;) {
      left = await waitingOf({ redis, reader, connection }, entity)
      const unlifted = left.filter(({ jobId }) => !first.has(jobId))
      await putFirst(queues, unlifted)
      for (const { jobId } of unlifted) first.add(jobId)
      await readMore()
      quiet = unlifted.length === 0 && left.every(({ isUnderWay }) => !isUnderWay) ? quiet + 1 : 0
      if (quiet < QUIET_LOOKS) await sleep(LOOK_MS)
    }
    await readMore()
    const signal = new AbortController().signal
    const now = await explainOne(sources, named, { live: false }, signal)
    return { ...about, steps, left, held: now.held.length, verdict: now.verdict.says, ms: took() }
  } finally {
    await endTrace(redis, name, entity)
  }
}

function codeOf({ failed, left, held }: Followed): number {
  if (failed !== undefined || left.length > 0) return EXIT.failed
  return held > 0 ? EXIT.held : EXIT.done
}

function describeEnd({ connection, failed, steps, left, verdict = '', ms }: Followed): string {
  if (failed !== undefined) return `Connection '${connection}': ${failed}`
  return [
    ...(steps.length === 0 && left.length === 0 ? ['  There was nothing to write.'] : []),
    ...left.map(({ what, state, reason }) => `  waits  ${what} (${state})${reason === null ? '' : `: ${reason}`}`),
    `${verdict} (after ${formatDuration(ms)})`,
  ].join('\n')
}
