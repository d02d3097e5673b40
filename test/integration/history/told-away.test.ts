import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { awayProblem } from '@provisioner/history/drain/away-problem.ts'
import { startHistory } from '@provisioner/history/drain/start-history.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { WriteProblems } from '@provisioner/shared/ledger/problem-store.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { historyConfig } from '../../fixtures/history-config.ts'
import { changeOf } from '../../fixtures/history-rows.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

it('says that the database is back when another process has told that it was away, and is no more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-away-'))
  await using owned = new AsyncDisposableStack()
  owned.defer(() => rm(folder, { recursive: true }))
  const { redis, url } = owned.use(await openRedis())
  const { history, historyLease } = accountKeys('acme')
  await redis.xadd(history, '*', 'event', JSON.stringify(changeOf(1)))
  const config = historyConfig(url, { url: 'sqlite:history.db' })
  const log = createLogger({ name: 'test', level: 'silent' })
  owned.use(startHistory({ config, redis, name: 'test', folder, log, waits: { idleMs: 20, failedMs: 50 } }))
  const isBetweenTurns = async () => (await redis.xlen(history)) === 0 && (await redis.exists(historyLease)) === 0
  await until(isBetweenTurns, 10_000, () => 'nothing is taken')

  const staff = { account: 'acme', connection: 'staff' }
  await new WriteProblems(redis, staff).report(awayProblem('acme'), Date.now())
  const told = () => new LedgerReader(redis, staff).accountProblems()

  await until(
    async () => (await told()).length === 0,
    10_000,
    () => 'it is told still',
  )
  expect(await redis.xlen(history)).toBe(0)
})
