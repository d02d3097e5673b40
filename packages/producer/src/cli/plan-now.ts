import { policyPrint } from '@provisioner/shared/config/config-print.ts'
import type { CyclePlan } from '../cycle/cycle-plan.ts'
import { standingDrift } from '../cycle/drift-problems.ts'
import { NO_LOOKS } from '../cycle/looks-of-cycle.ts'
import { lookAtServer } from '../cycle/server-look.ts'
import { planInPasses } from '../cycle/plan-in-passes.ts'
import type { PlanSources } from '../cycle/plan-sources.ts'
import type { CliSession } from './session.ts'

/** What a cycle would do now, a `full` one on demand. Writes nothing, neither to Redis nor to Zendesk. */
export async function planNow(session: CliSession, id: string, { full }: { full: boolean }): Promise<CyclePlan> {
  return planOf(await session.sources(id), { full })
}

/** The same, of sources that are open; with `anew` every entry is planned, whatever the ledger answers already. */
export async function planOf(
  sources: PlanSources,
  { full, anew = false }: { full: boolean; anew?: boolean },
): Promise<CyclePlan> {
  const { connection } = sources
  const signal = new AbortController().signal
  const ignoreSeen = full || anew || (await sources.reader.mappingFingerprint()) !== policyPrint(connection)
  const { problems } = await lookAtServer(sources.directory, connection, signal)
  const plan = await planInPasses(sources, { ignoreSeen, audit: full, now: Date.now(), looks: NO_LOOKS }, signal)
  const standing = standingDrift(await sources.reader.problems(), {
    ...plan,
    looked: full ? 'everybody' : NO_LOOKS.users,
  })
  return { ...plan, problems: [...problems, ...plan.problems, ...standing] }
}
