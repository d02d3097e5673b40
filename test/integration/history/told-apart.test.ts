import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { openHistory } from '@provisioner/history/database/open-history.ts'
import { drainOnce } from '@provisioner/history/drain/drain-once.ts'
import { findNamedInHistory } from '@provisioner/history/read/find-named-in-history.ts'
import { chainsOf, verifyChain } from '@provisioner/history/read/verify-chain.ts'
import { startPostgres } from '@provisioner/sandbox/servers/postgres.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { changeOf } from '../../fixtures/history-rows.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

/** Has a stream's events taken, and says what is in the history then. */
async function taken(url: string, folder: string, events: readonly HistoryEvent[], named = '') {
  await using server = await openRedis()
  const { redis } = server
  for (const event of events) await redis.xadd(accountKeys('acme').history, '*', 'event', JSON.stringify(event))
  await using history = openHistory({ url, folder, readOnly: false })
  await migrate(history)
  await drainOnce({ account: 'acme', redis, history, maskedOf: () => new Set() })
  const rows = await history.database.selectFrom('events').selectAll().orderBy('seq').execute()
  const [chain] = await chainsOf(history.database)
  const found = await findNamedInHistory(history.database, ['acme'], named)
  const left = await redis.xlen(accountKeys('acme').history)
  return { rows, found, left, verified: await verifyChain(history.database, chain!) }
}

/** Letters that no compression makes shorter, three bytes each. */
const letters = (count: number) =>
  Array.from({ length: count }, (_none, i) => String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000))).join('')

it('takes both names of a group that stepped aside for another one, in one job', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-apart-'))
  const renamed = (from: string, to: string) =>
    changeOf(1, {
      kind: 'group',
      operation: 'rename group',
      changed: ['name'],
      before: { presence: 'active', name: from },
      after: { presence: 'active', name: to },
    })
  const swapped = [renamed('A', 'B (7)'), renamed('B (7)', 'B')]

  const { rows } = await taken('sqlite:history.db', folder, [...swapped, ...swapped])
  await rm(folder, { recursive: true })

  expect(rows.map(({ body }) => (JSON.parse(body) as { after: { name: string } }).after.name)).toEqual(['B (7)', 'B'])
})

it('takes what comes behind an event that PostgreSQL does not take, and any length of a name', async () => {
  await using postgres = await startPostgres()
  const dn = `cn=u1,ou=${letters(1_200)}`
  const long = changeOf(1, { dn })

  const { rows, found, left, verified } = await taken(
    postgres.url,
    '',
    [long, changeOf(2, { id: letters(3_000) }), changeOf(3)],
    dn,
  )

  expect(rows.map(({ type, user_id }) => [type, user_id])).toEqual([
    ['change', 'id-1'],
    ['unreadable', null],
    ['change', 'id-3'],
  ])
  expect(found.map(({ id }) => id)).toEqual(['id-1'])
  expect([left, verified.status]).toEqual([0, 'whole'])
})
