import { fingerprint } from '@provisioner/shared/desired.ts'
import type { CyclePlan } from '../cycle/cycle-plan.ts'
import { planInPasses } from '../cycle/plan-in-passes.ts'
import type { CliSession } from './session.ts'

/** What a cycle would do now. Writes nothing, neither to Redis nor to Zendesk. */
export async function planNow(session: CliSession, id: string): Promise<CyclePlan> {
  const sources = await session.sources(id)
  const { connection } = sources
  const signal = new AbortController().signal
  const policyPrint = fingerprint({
    users: connection.users,
    groups: connection.groups ?? null,
    status: connection.directory.status ?? null,
  })
  const ignoreSeen = (await sources.reader.mappingFingerprint()) !== policyPrint
  return await planInPasses(sources, { ignoreSeen, audit: false, now: Date.now() }, signal)
}
