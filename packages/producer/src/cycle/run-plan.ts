import { connectionKeys, connectionName } from '@provisioner/shared/ledger/keys.ts'
import { PlanRequest, type PlanOutcome } from '@provisioner/shared/ledger/plan-request.ts'
import { readString } from '@provisioner/shared/ledger/read-stored.ts'
import { runCycle, type CycleOptions } from './run-cycle.ts'
import { settlePlan, type MadePlan } from './settle-plan.ts'

const NOTHING = { differences: [], count: 0, done: 0, approved: 0 }

/**
 * Carries out the plan that lies in Redis under the id, if it still is what a cycle would do, and nothing else.
 *
 * @throws what `runCycle` does
 */
export async function runPlan(options: CycleOptions, id: string, signal: AbortSignal): Promise<PlanOutcome> {
  const { connection, redis, producer, log } = options
  const key = connectionKeys(connectionName(connection)).planRequest(id)
  const request = (await readString(redis, key, PlanRequest)).values.get('')
  if (request === undefined) return { ...NOTHING, status: 'unfit', why: 'the plan has waited too long for a producer' }
  if (request.config !== producer.print)
    return { ...NOTHING, status: 'unfit', why: 'it was made with another configuration than the producer has' }

  let outcome: PlanOutcome | undefined
  // whoever waits for it may have given it up: then nobody carries it on
  const note = async (approved: readonly string[]) =>
    void (await redis.set(key, JSON.stringify({ ...request, approved }), 'KEEPTTL', 'XX'))
  const settle = async (made: MadePlan) => {
    const { settled, outcome: found } = await settlePlan(options, request, { ...made, note })
    outcome = found
    if (!settled)
      log.warn({ differences: found.count }, 'Plan not carried out: something has changed since it was made')
    return settled
  }
  const summary = await runCycle(options, { full: request.full, settle }, signal)
  return { ...NOTHING, status: 'stale', ...outcome, ...(summary && { summary }) }
}
