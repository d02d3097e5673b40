import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'
import { basesOf } from './bases-of.ts'
import type { PlanSources } from './plan-sources.ts'

type Asked = Pick<PlanSources, 'connection' | 'directory'>

/** How far the directory has come, where that is to be followed and the server says so. */
export async function tokenOf({ connection, directory }: Asked, signal: AbortSignal): Promise<ChangeToken | undefined> {
  if (connection.schedule.watch === false) return undefined
  // The scan is what proves itself, and tells what is wrong with the directory: no cycle fails for the token's sake.
  const token = await directory.changeToken(basesOf(connection), signal).catch(() => undefined)
  return token === 'none' ? undefined : token
}

/** Whether the server that said so still answers: another one may lag behind it, and was read in part. */
export async function isOfOneServer(before: ChangeToken, options: Asked, signal: AbortSignal): Promise<boolean> {
  return before.server === '' || (await tokenOf(options, signal))?.server === before.server
}
