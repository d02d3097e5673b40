import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { fingerprint } from '@provisioner/shared/desired.ts'
import type { CyclePlan } from '../cycle/cycle-plan.ts'
import { planInPasses } from '../cycle/plan-in-passes.ts'
import type { CliSession } from './session.ts'

/** What a cycle would do now. Writes nothing, neither to Redis nor to Zendesk. */
export async function planNow(session: CliSession, connection: ConnectionConfig): Promise<CyclePlan> {
  const sources = session.sources(connection)
  const signal = new AbortController().signal
  const policyPrint = fingerprint({
    users: connection.users,
    groups: connection.groups ?? null,
    status: connection.directory.status ?? null,
    expires: connection.directory.expires,
  })
  const ignoreSeen = (await sources.reader.mappingFingerprint()) !== policyPrint
  return await planInPasses(sources, { ignoreSeen, audit: false, now: Date.now() }, signal)
}
