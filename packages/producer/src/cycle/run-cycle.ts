import { ADMIN_REFUSALS, ADMIN_RENAMED, LEAVER_HAS_TICKETS } from '@provisioner/shared/admin-refusals.ts'
import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { policyPrint } from '@provisioner/shared/config/config-print.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import { parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import { forgetLooks } from '@provisioner/shared/ledger/looks.ts'
import { mendKeys } from '@provisioner/shared/ledger/mend-keys.ts'
import type { StartingProducer } from '@provisioner/shared/ledger/newest-config.ts'
import { replaceCycleProblems, solveWriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { refusedOrganization } from '@provisioner/shared/refused-organization.ts'
import { clearFailedJobs } from './clear-failed-jobs.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { standingDrift, tellRepairs, writtenOver } from './drift-problems.ts'
import { Enactment } from './enactment.ts'
import { lookedAt, looksOfCycle, NO_LOOKS } from './looks-of-cycle.ts'
import { noteProtected } from './find-protected.ts'
import { firstPlanOf } from './first-plan.ts'
import { healUnreadable } from './heal-unreadable.ts'
import { passesOf } from './passes-of-cycle.ts'
import type { PlanSources } from './plan-sources.ts'
import { planToRepeat } from './plan-in-passes.ts'
import { problemsOf } from './problems-of-plan.ts'
import { recordHeld } from './record-held.ts'
import { BESIDE_REMOVALS, describeUndone, refusedOf } from './refused.ts'
import { noteRepairs } from './repairs.ts'
import { rememberShown } from './remember-shown.ts'
import type { ServerLook } from './server-look.ts'
import type { MadePlan, Settled } from './settle-plan.ts'
import { stillUnmanaged } from './unmanaged-problems.ts'
import { eventsOfCycle, noteSoFar, type CycleSoFar } from './tell-history.ts'
import { isOfOneServer, tokenOf } from './token-of-cycle.ts'
import { enterUnknownLeavers } from './unknown-leavers.ts'
import { leavesUntried } from './untried-expressions.ts'

/** How long somebody is told of whose sessions may be open, ms: longer than any lives. */
const TOLD_MS = 14 * 24 * 60 * 60_000

const GO_ON = 'Cycles end well again'

export interface CycleOptions extends PlanSources {
  readonly queues: ChangeQueues
  /** Who runs it, and with which configuration. */
  readonly producer: Pick<StartingProducer, 'name' | 'print'>
  readonly server: Pick<ServerLook, 'look'>
  readonly log: Logger
}

export interface AskedCycle {
  readonly full: boolean
  /** Says what of the plan is carried out; without it all is. */
  readonly settle?: ((made: MadePlan) => Promise<Settled>) | undefined
}

/**
 * One cycle: read, plan and enact, of a first plan that waits only what was approved by name; heal what was released
 * and never applied, and clear away what failed and was overtaken. What needs nothing from Zendesk is enacted before
 * Zendesk is looked at. A full cycle takes nothing for granted that an earlier one found out. Whatever keeps the
 * directory's answer from being whole ends the cycle before anything is written. So does a `settle` that lets
 * nothing be carried out: then it is undefined.
 *
 * @throws what the directory or Zendesk threw; `FencedError` when a newer cycle has begun, `OlderConfigError` when a
 *   producer was started with a newer configuration
 */
export async function runCycle(
  options: CycleOptions,
  asked: AskedCycle & { readonly settle?: undefined },
  signal: AbortSignal,
): Promise<CycleSummary>
export async function runCycle(
  options: CycleOptions,
  asked: AskedCycle,
  signal: AbortSignal,
): Promise<CycleSummary | undefined>
export async function runCycle(
  options: CycleOptions,
  asked: AskedCycle,
  signal: AbortSignal,
): Promise<CycleSummary | undefined> {
  let soFar: (() => CycleSoFar) | undefined
  try {
    return await carryOut(options, asked, signal, (begun) => (soFar = begun))
  } catch (error) {
    if (soFar) noteSoFar(error, soFar())
    throw error
  }
}

async function carryOut(
  options: CycleOptions,
  asked: AskedCycle,
  signal: AbortSignal,
  begins: (soFar: () => CycleSoFar) => void,
): Promise<CycleSummary | undefined> {
  const { connection, redis, reader, queues, producer, log } = options
  const startedAt = Date.now()
  // What an earlier cycle noted and did not come to heal is looked at anew.
  reader.takeUnreadable()
  const mended = await mendKeys(redis, connectionName(connection))
  // The ledger has forgotten the users who were at rest in a lost list: only Zendesk shows them.
  const lists = await reader.listsLost()
  const full = asked.full || lists.isToBeFound
  const ledger = await CycleLedger.begin(redis, connectionName(connection), producer)
  const policy = policyPrint(connection)
  const ignoreSeen = full || (await reader.mappingFingerprint()) !== policy
  const enactment = new Enactment({ ledger, reader, queues, log })
  begins(() => {
    const { released, adopted, healed } = enactment
    return { cycle: ledger.cycle, startedAt, full, released, adopted, healed }
  })
  const isFirst = (await reader.firstRun()).status !== 'done'
  const { server, problems: ofServer } = await options.server.look(signal)
  // Before the first entry is read: what changes meanwhile moves it on.
  const before = await tokenOf(options, signal)
  const looks = asked.settle ? NO_LOOKS : await looksOfCycle(redis, reader)
  const { plan: made, again } = await planToRepeat(
    options,
    { ignoreSeen, audit: full, now: startedAt, looks },
    signal,
    // The first plan is one whole, as one that was asked for: what is carried out is what was shown.
    isFirst || asked.settle ? undefined : passesOf(enactment, log),
  )
  const settled = asked.settle ? await asked.settle({ plan: made, again, ledger }) : { plan: made, leftOut: 0 }
  if (!settled) return undefined
  const { plan, leftOut } = settled
  // what was left out is not followed yet, and waits for no schedule
  const isFollowed = leftOut === 0 && before && (await isOfOneServer(before, options, signal))
  const changeToken = isFollowed ? before : undefined
  await noteProtected(options.protection, plan.protectedFound, startedAt)
  await ledger.notes.rememberLookUps({ names: options.names.takeUnnoted(), apiUser: options.apiUser.toNote() })

  const first = firstPlanOf(plan, startedAt)
  const waits = first !== undefined
  await noteRepairs(ledger, reader, plan, startedAt)
  const unlinked = await enactment.enact(plan, { full })
  await recordHeld(ledger, reader, plan)
  await rememberShown(ledger, reader, plan, { isWhole: true })
  if (first) await ledger.notes.awaitApproval(first)
  await clearFailedJobs(reader, queues)

  const setAside = await healUnreadable(
    { ledger, reader, redis, zendesk: options.zendesk, isInScope: plan.isInScope, log },
    startedAt,
  )
  // the first plan is all that is left of what was known before
  if ((full || isFirst) && !waits) await enterUnknownLeavers({ ...options, ledger, isInScope: plan.isInScope }, signal)
  const { values, unreadable } = await reader.storedProblems()
  const stored = [...values.values()]
  const looked = full ? 'everybody' : looks.users.difference(plan.waiting)
  const ofPlan = [...problemsOf(plan, connection.id, startedAt), ...standingDrift(stored, { ...plan, looked })]
  const standing = full ? [] : stillUnmanaged(stored)
  const problems = [...ofServer, ...ofPlan, ...standing, ...unlinked, ...setAside, ...mended]
  if (unreadable.length > 0) log.warn({ unreadable }, 'Problems removed that nobody can read')
  await ledger.notes.removeUnreadable(unreadable)
  const changedProblems = await replaceCycleProblems(ledger.notes, stored, problems, startedAt)
  const awaited = new Set([...options.names.awaiting].map((name) => refusedOrganization(connection.account, name).id))
  await solveWriteProblems(
    ledger.notes,
    stored.filter(
      ({ problem, since }) =>
        (BESIDE_REMOVALS.has(problem.code) && startedAt - since > TOLD_MS) ||
        (problem.code === 'ORGANIZATION_REFUSED' && !awaited.has(problem.id)) ||
        isToldByCycle(problem, problems, plan),
    ),
  )
  for (const problem of changedProblems.appeared)
    log.warn(
      {
        problem: {
          code: problem.code,
          subject: problem.subject,
          id: problem.id,
          dn: problem.dn,
          attribute: problem.attribute,
          what: problem.what,
        },
      },
      'New problem',
    )

  const summary = {
    ...summarise(ledger.cycle, startedAt, plan, enactment, problems.length),
    refused: refusedOf([...problems, ...stored.flatMap(({ problem, source }) => (source === 'write' ? problem : []))]),
    everyMs: connection.schedule.every,
    ...(server && { directory: server }),
    ...(changeToken && { changeToken }),
  }
  const { audited, measures } = plan
  const planned = leftOut > 0 || leavesUntried(problems) ? undefined : policy
  // what was found and left out is looked for again
  const enacted = waits ? undefined : { audited: audited && leftOut === 0 }
  const countedMs = connection.guard.window
  const [failed, last] = await Promise.all([reader.failingCycles(), reader.lastCycle()])
  await ledger.notes.lookAgain(writtenOver(stored, plan), startedAt)
  await ledger.notes.end({
    summary,
    measures,
    enacted,
    mapping: planned,
    found: full && leftOut === 0 ? lists.count : undefined,
    countedMs,
    events: eventsOfCycle(summary, { connection: connection.id, full, last, failed: failed !== undefined }),
  })
  tellRepairs(plan, log)
  await forgetLooks(redis, reader, lookedAt(looks, plan.waiting, startedAt))
  const outcome = waits ? undefined : describeUndone(summary)
  if (failed) log.info({ since: new Date(failed.since).toISOString(), failed: failed.count, code: failed.code }, GO_ON)
  log.info({ ...summary, firstPlan: waits ? 'waits for approval' : undefined, outcome }, 'Cycle ended')
  return summary
}

/** Whether a worker left the user of a problem to the cycle, which has found it, or holds it for an admin. */
function isToldByCycle({ code, id }: Problem, found: readonly Problem[], { held }: CyclePlan): boolean {
  if (!ADMIN_REFUSALS.has(code)) return false
  const asked = held.map(({ key }) => parseHeldKey(key)).filter((one) => one.kind === 'user' && one.id === id)
  if (code === LEAVER_HAS_TICKETS) return asked.some(({ part }) => part === undefined)
  return code === ADMIN_RENAMED
    ? asked.some(({ part }) => part !== undefined)
    : found.some((problem) => problem.code === code && problem.id === id)
}

function summarise(
  cycle: number,
  startedAt: number,
  plan: CyclePlan,
  { released, adopted, healed }: Enactment,
  problems: number,
): CycleSummary {
  return {
    cycle,
    startedAt,
    endedAt: Date.now(),
    ...plan.totals,
    released,
    held: countBy(plan.held, (change) => change.category),
    switchedOff: plan.switchedOff,
    adopted,
    healed,
    problems,
  }
}
