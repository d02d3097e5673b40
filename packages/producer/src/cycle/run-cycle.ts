import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { CycleSummary } from '@provisioner/shared/ledger/cycle-state.ts'
import { describeHeld } from '@provisioner/shared/ledger/describe-held.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { replaceCycleProblems, solveWriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { refusedOrganization } from '@provisioner/shared/refused-organization.ts'
import { clearFailedJobs } from './clear-failed-jobs.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { Enactment } from './enactment.ts'
import { noteProtected } from './find-protected.ts'
import { firstPlanOf, firstPlanWaits, noteFirstPlan } from './first-plan.ts'
import type { PlanSources } from './plan-cycle.ts'
import { planInPasses, type Passes } from './plan-in-passes.ts'
import { recordHeld } from './record-held.ts'
import { rememberShown } from './remember-shown.ts'

export interface CycleOptions extends PlanSources {
  readonly queues: ChangeQueues
  readonly log: Logger
}

/**
 * One cycle: read, plan and enact, of a first plan that waits only what was approved by name; heal what was released and
 * never applied, and clear away what failed and was overtaken. What needs nothing from Zendesk is enacted before Zendesk is
 * looked at. A full cycle takes nothing for granted that an earlier one found out. Whatever keeps the directory's answer from
 * being whole ends the cycle before anything is written.
 *
 * @throws what the directory or Zendesk threw; `FencedError` when a newer cycle has begun
 */
export async function runCycle(
  options: CycleOptions,
  { full }: { full: boolean },
  signal: AbortSignal,
): Promise<CycleSummary> {
  const { connection, redis, reader, queues, log } = options
  const startedAt = Date.now()
  const ledger = await CycleLedger.begin(redis, connection.id, connection.account)
  const policyPrint = fingerprint({
    users: connection.users,
    groups: connection.groups ?? null,
    status: connection.directory.status ?? null,
    expires: connection.directory.expires,
  })
  const ignoreSeen = full || (await reader.mappingFingerprint()) !== policyPrint
  const enactment = new Enactment({ ledger, reader, queues, redis })
  const isFirst = (await reader.firstRun()).status !== 'done'
  const plan = await planInPasses(
    options,
    { ignoreSeen, audit: full, now: startedAt },
    signal,
    // The first plan is one whole: what is carried out is what was shown.
    isFirst ? undefined : passesOf(enactment, log),
  )
  await noteProtected(options.protection, plan.protectedFound, startedAt)
  await ledger.write([...options.names.toStore(), ...options.apiUser.toStore()])

  const first = firstPlanOf(plan, startedAt)
  const waits = first !== undefined
  const unlinked = await enactment.enact(plan, { full })
  await recordHeld(ledger, reader, plan)
  await rememberShown(ledger, reader, plan, { isWhole: true })
  if (first) await noteFirstPlan(ledger, first)
  await clearFailedJobs(reader, queues, redis)

  const problems = [
    ...plan.problems,
    ...unlinked,
    ...(first ? [firstPlanWaits(first, connection.id)] : heldProblems(plan, connection.id)),
  ]
  const stored = await reader.problems()
  const changedProblems = await replaceCycleProblems(ledger, stored, problems, startedAt)
  const awaited = new Set([...options.names.awaiting].map((name) => refusedOrganization(connection.account, name).id))
  await solveWriteProblems(
    ledger,
    stored.filter(({ problem }) => problem.code === 'ORGANIZATION_REFUSED' && !awaited.has(problem.id)),
  )
  for (const problem of changedProblems.appeared)
    log.warn(
      { problem: { code: problem.code, subject: problem.subject, id: problem.id, attribute: problem.attribute } },
      'New problem',
    )

  const summary = {
    ...summarise(ledger.cycle, startedAt, plan, enactment, problems.length),
    everyMs: connection.schedule.every,
  }
  const { audited, measures } = plan
  await recordState(ledger, summary, { waits, audited, policyPrint, countedMs: connection.guard.window, measures })
  log.info({ ...summary, firstPlan: waits ? 'waits for approval' : undefined }, 'Cycle ended')
  return summary
}

/** What the passes of a cycle release while Zendesk is looked at. */
function passesOf(enactment: Enactment, log: Logger): Passes {
  return {
    release: async (plan) => {
      await enactment.enact(plan, { full: false })
      const released = countBy(plan.released, (change) => change.operation)
      if (plan.released.length > 0) log.info({ released }, 'Released before Zendesk has answered')
    },
    failed: (error) => {
      const code = error instanceof ProvisioningError ? error.code : 'CYCLE_FAILED'
      log.warn({ code, err: error }, 'Directory not read again while Zendesk is looked at')
    },
  }
}

async function recordState(
  ledger: CycleLedger,
  summary: CycleSummary,
  {
    waits,
    audited,
    policyPrint,
    countedMs,
    measures,
  }: {
    waits: boolean
    audited: boolean
    policyPrint: string
    countedMs: number
    measures: CyclePlan['measures']
  },
): Promise<void> {
  const { state, counted } = connectionKeys(ledger.connection)
  await ledger.write([
    // Twice the time, for clocks differ.
    ['ZREMRANGEBYSCORE', counted, '-inf', String(summary.startedAt - 2 * countedMs)],
    ['HSET', state, 'lastCycle', JSON.stringify(summary), 'measures', JSON.stringify(measures)],
    ...(waits ? [] : ([['HSET', state, 'firstRun', 'done', 'mapping', policyPrint]] as const)),
    ...(audited && !waits ? ([['HSET', state, 'lastAudit', String(summary.startedAt)]] as const) : []),
  ])
}

/** What is held shows among the problems too: one line per category, so that nobody misses it. */
function heldProblems(plan: CyclePlan, connection: string): Problem[] {
  const waiting = plan.held.filter((change) => !plan.decided.has(change.key))
  return Object.entries(countBy(waiting, (change) => change.category)).map(([category, count]) => ({
    code: 'HELD',
    subject: 'connection' as const,
    id: `${connection}.${category}`,
    what: describeHeld(category, count, plan.measures[category]),
    todo: `Look at them with 'provisioner held', then 'provisioner approve' or 'provisioner reject'`,
  }))
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
