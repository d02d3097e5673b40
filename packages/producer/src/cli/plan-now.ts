import { policyPrint } from '@provisioner/shared/config/config-print.ts'
import type { CyclePlan } from '../cycle/cycle-plan.ts'
import { lookAtServer } from '../cycle/server-look.ts'
import { planInPasses } from '../cycle/plan-in-passes.ts'
import type { PlanSources } from '../cycle/plan-sources.ts'
import type { CliSession } from './session.ts'

/** What a cycle would do now. Writes nothing, neither to Redis nor to Zendesk. */
export async function planNow(session: CliSession, id: string): Promise<CyclePlan> {
  return planOf(await session.sources(id))
}

/** The same, of sources that are open. */
export async function planOf(sources: PlanSources): Promise<CyclePlan> {
  const { connection } = sources
  const signal = new AbortController().signal
  const ignoreSeen = (await sources.reader.mappingFingerprint()) !== policyPrint(connection)
  const { problems } = await lookAtServer(sources.directory, connection, signal)
  const plan = await planInPasses(sources, { ignoreSeen, audit: false, now: Date.now() }, signal)
  return { ...plan, problems: [...problems, ...plan.problems] }
}
