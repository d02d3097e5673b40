import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { until } from '../fixtures/until.ts'
import type { ChaosStage } from './chaos-stage.ts'
import { comesToRest } from './come-to-rest.ts'

/** How long it may take until it is told that the history is away, and until it has everything once it is back, ms. */
const TOLD_MS = 60_000
const BACK_MS = 60_000

/**
 * Waits until all is at rest, while nobody answers for the history's database: nothing waits for it. Then it comes
 * back, and takes what has happened. Returns what did not come to rest, or was not told.
 */
export async function comesToRestWithoutHistory(stage: ChaosStage, withinMs: number): Promise<string[]> {
  await stage.history.goAway()
  const open = await comesToRest(stage, withinMs)
  const untold = await failing(
    until(
      async () => (await troubles(stage)).includes('HISTORY_AWAY'),
      TOLD_MS,
      () => 'history: nobody tells that it is away',
    ),
  )
  await stage.history.comeBack()
  const waiting = await failing(
    until(
      async () => (await stage.redis.xlen(accountKeys('acme').history)) === 0,
      BACK_MS,
      () => 'history: events wait in Redis',
    ),
  )
  const told = await failing(
    until(
      async () => !(await troubles(stage)).includes('HISTORY_AWAY'),
      BACK_MS,
      () => 'history: it is back, and told to be away',
    ),
  )
  return [...open, ...untold, ...waiting, ...told]
}

async function troubles({ redis }: ChaosStage): Promise<string[]> {
  const problems = await new LedgerReader(redis, { account: 'acme', connection: 'staff' }).accountProblems()
  return problems.map(({ problem }) => problem.code)
}

async function failing(wait: Promise<unknown>): Promise<string[]> {
  return await wait.then(
    () => [],
    (error: Error) => [error.message],
  )
}
