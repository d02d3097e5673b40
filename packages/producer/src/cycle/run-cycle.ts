import type { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { CycleSummary, FirstPlan } from '@provisioner/shared/ledger/cycle-state.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { replaceCycleProblems, solveWriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { refusedOrganization } from '@provisioner/shared/refused-organization.ts'
import { clearFailedJobs } from './clear-failed-jobs.ts'
import { countBy, type CyclePlan } from './cycle-plan.ts'
import { enactPlan, recordHeld, recordShownGroups } from './enact-plan.ts'
import { heal } from './heal.ts'
import type { NameCatalogues } from './names.ts'
import { planCycle, type PlanSources } from './plan-cycle.ts'

export interface CycleOptions extends Omit<PlanSources, 'names'> {
  readonly names: NameCatalogues
  readonly queues: ChangeQueues
  readonly log: Logger
}

/**
 * One cycle: read, plan, and, unless the first plan waits for approval, enact; then heal what was released and never
 * applied, and clear away what failed and was overtaken. A full one takes nothing for granted that an earlier one found out. Whatever keeps the directory's answer from being whole ends the cycle before anything is written.
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
  })
  const names = await options.names.fresh(startedAt, signal, { anew: full })
  const pendingBefore = await reader.pending()
  const ignoreSeen = full || (await reader.mappingFingerprint()) !== policyPrint
  const plan = await planCycle({ ...options, names }, { ignoreSeen, audit: full, now: startedAt }, signal)
  signal.throwIfAborted()

  const firstRun = await reader.firstRun()
  const waits = connection.firstRun === 'approve' && (firstRun.status === 'new' || firstRun.status === 'waiting')
  // Before anything is given on a group's word, so that its silence is noticed later.
  if (!waits) await recordShownGroups(ledger, await reader.shownGroups(), plan.shownGroups)
  const enacted = waits
    ? await holdFirstPlan(ledger, plan, startedAt)
    : await enactPlan(plan, { ledger, reader, queues }, startedAt)
  const heldBefore = await reader.held()
  if (!waits) await recordHeld(ledger, heldBefore, plan.held)
  const healed = waits
    ? 0
    : await heal(
        ledger,
        queues,
        redis,
        pendingBefore.filter((member) => !enacted.added.has(member)),
        { full, now: Date.now() },
      )
  if (!waits) await clearFailedJobs(reader, queues, redis)

  const problems = [...plan.problems, ...enacted.problems, ...heldProblems(plan, connection.id)]
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
    ...summarise(ledger.cycle, startedAt, plan, waits, healed, problems.length),
    everyMs: connection.schedule.every,
  }
  await recordState(ledger, summary, { waits, audited: plan.audited, policyPrint, countedMs: connection.guard.window })
  log.info({ ...summary, firstPlan: waits ? 'waits for approval' : undefined }, 'Cycle ended')
  return summary
}

/** The very first plan is shown, and waits: nothing of it is linked, desired or sent. */
async function holdFirstPlan(
  ledger: CycleLedger,
  plan: CyclePlan,
  at: number,
): Promise<{ added: ReadonlySet<string>; problems: Problem[] }> {
  const first: FirstPlan = {
    at,
    changes: countBy(plan.released, (change) => change.operation),
    removals: plan.removals,
    adopted: plan.links.filter((link) => link.zendeskId !== null).length,
  }
  const { state } = connectionKeys(ledger.connection)
  await ledger.write([['HSET', state, 'firstRun', 'waiting', 'firstPlan', JSON.stringify(first)]])
  return { added: new Set(), problems: [] }
}

async function recordState(
  ledger: CycleLedger,
  summary: CycleSummary,
  {
    waits,
    audited,
    policyPrint,
    countedMs,
  }: { waits: boolean; audited: boolean; policyPrint: string; countedMs: number },
): Promise<void> {
  const { state, removals } = connectionKeys(ledger.connection)
  await ledger.write([
    // Twice the time, for clocks differ.
    ['ZREMRANGEBYSCORE', removals, '-inf', String(summary.startedAt - 2 * countedMs)],
    ['HSET', state, 'lastCycle', JSON.stringify(summary)],
    ...(waits ? [] : ([['HSET', state, 'firstRun', 'done', 'mapping', policyPrint]] as const)),
    ...(audited && !waits ? ([['HSET', state, 'lastAudit', String(summary.startedAt)]] as const) : []),
  ])
}

/** What is held shows among the problems too: one line per category, so that nobody misses it. */
function heldProblems(plan: CyclePlan, connection: string): Problem[] {
  const waiting = plan.held.filter((change) => change.decision === 'none')
  return Object.entries(countBy(waiting, (change) => change.category)).map(([category, count]) => ({
    code: 'HELD',
    subject: 'connection' as const,
    id: `${connection}.${category}`,
    what: `${count} ${category.startsWith('clearings:') ? `clearings of ${category.slice(10)}` : `removals of ${category}`} are beyond the guard's limit and wait for approval`,
    todo: `Look at them with 'provisioner held', then 'provisioner approve' or 'provisioner reject'`,
  }))
}

function summarise(
  cycle: number,
  startedAt: number,
  plan: CyclePlan,
  waits: boolean,
  healed: number,
  problems: number,
): CycleSummary {
  return {
    cycle,
    startedAt,
    endedAt: Date.now(),
    ...plan.totals,
    released: waits ? {} : countBy(plan.released, (change) => change.operation),
    held: countBy(plan.held, (change) => change.category),
    switchedOff: plan.switchedOff,
    adopted: waits ? 0 : plan.links.filter((link) => link.zendeskId !== null).length,
    healed,
    problems,
  }
}
