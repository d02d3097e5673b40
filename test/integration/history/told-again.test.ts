import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { History } from '@provisioner/history/database/open-history.ts'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { drainOnce } from '@provisioner/history/drain/drain-once.ts'
import { sqliteServer, type HistoryServer } from '../../fixtures/open-histories.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'
import { LEASE, openTold, refOf, user, type Told } from '../../fixtures/told-ledger.ts'

let server: TestRedis
let files: HistoryServer
let told: Told
let history: History
beforeAll(async () => {
  ;[server, files] = await Promise.all([openRedis(), sqliteServer()])
})
afterAll(() => Promise.all([server[Symbol.asyncDispose](), files[Symbol.asyncDispose]()]))
beforeEach(async () => {
  told = await openTold(server.redis)
  history = await files.open()
  await migrate(history)
  return () => history[Symbol.asyncDispose]()
})

const drained = async () => {
  await drainOnce({ account: STAFF.account, redis: server.redis, history, maskedOf: () => new Set() })
  return await history.database.selectFrom('events').select(['operation', 'outcome']).orderBy('seq').execute()
}

/** A replica takes over that lacks what happened, of which the history has been told. */
const forgetting = async (happens: () => Promise<void>) => {
  const keys = await server.redis.keys('*')
  const dumps = await Promise.all(keys.map((key) => server.redis.dumpBuffer(key)))
  await happens()
  const before = await drained()
  await server.redis.flushall()
  for (const [i, key] of keys.entries()) await server.redis.restore(key, 0, dumps[i]!)
  return before
}

const u1 = refOf('user', 'u1')

it('what is told again to a Redis that forgot its release as well is there once, though it says otherwise', async () => {
  const suspended = { applied: user({}, 'suspended'), zendeskId: 7 }
  await told.create()
  await told.write({ kind: 'user', id: 'u1', operation: 'suspend user' }, suspended)
  let again = async () => {}
  const before = await forgetting(async () => {
    const { done } = await told.write(
      { kind: 'user', id: 'u1', operation: 'update user' },
      { ...suspended, applied: user() },
    )
    again = async () => void (await told.writes.record([done], LEASE))
  })

  await again()

  expect(await told.changes()).toMatchObject([
    { operation: 'create user' },
    { operation: 'suspend user' },
    { operation: 'restore user' },
  ])
  expect(await drained()).toEqual(before)
})

it('a user who is gone by our deletion is there once, though a Redis has forgotten that it was sent', async () => {
  await told.create()
  const revision = await told.release({ kind: 'user', id: 'u1', operation: 'delete user' })
  await told.writes.open([{ ref: u1 }], LEASE, 60_000)
  const before = await forgetting(async () => {
    await told.writes.secure([u1], LEASE, 1_000, { sent: [['suspended']], deletes: true })
    await told.writes.unlink(u1, LEASE)
  })

  await told.writes.unlink(u1, LEASE)

  expect(before.at(-1)).toMatchObject({ operation: 'delete user', outcome: 'applied' })
  expect((await told.changes()).at(-1)).toMatchObject({ operation: 'unlink user', outcome: 'found', revision })
  expect(await drained()).toEqual(before)
})
