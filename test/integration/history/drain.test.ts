import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startHistory } from '@provisioner/history/drain/start-history.ts'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { openHistory } from '@provisioner/history/database/open-history.ts'
import { chainsOf, verifyChain } from '@provisioner/history/read/verify-chain.ts'
import { startPostgres, type PostgresServer } from '@provisioner/sandbox/servers/postgres.ts'
import { spawnTied } from '@provisioner/sandbox/servers/server-process.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { BEGINNING, changeOf } from '../../fixtures/history-rows.ts'
import { historyConfig } from '../../fixtures/history-config.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { openSmallDisk } from '../../fixtures/small-disk.ts'
import { until } from '../../fixtures/until.ts'

const { history: STREAM, historyLost: LOST } = accountKeys('acme')
const DRAINING = fileURLToPath(new URL('../../fixtures/draining-process.ts', import.meta.url))
const FILE = 'sqlite:history.db'

describe('the history of a stream', () => {
  let server: TestRedis
  let folder: string
  let postgres: PostgresServer
  beforeAll(async () => {
    ;[server, postgres] = await Promise.all([openRedis(), startPostgres()])
  })
  afterAll(() => Promise.all([server[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]))
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provisioner-drain-'))
    await server.redis.flushall()
  })
  afterEach(() => rm(folder, { recursive: true }))

  const note = async (...events: readonly HistoryEvent[]) => {
    for (const event of events) await server.redis.xadd(STREAM, '*', 'event', JSON.stringify(event))
  }
  const draining = (history: object | 'off', { changes = {}, at = folder }: { changes?: object; at?: string } = {}) =>
    startHistory({
      config: historyConfig(server.url, history, changes),
      redis: server.redis,
      name: 'test',
      folder: at,
      log: createLogger({ name: 'test', level: 'silent' }),
      waits: { idleMs: 20, failedMs: 50 },
    })
  const rows = async (url = FILE, at = folder) => {
    await using history = openHistory({ url, folder: at, readOnly: false })
    await migrate(history)
    const all = await history.database.selectFrom('events').selectAll().orderBy('seq').execute()
    const [chain] = await chainsOf(history.database)
    return { all, verified: chain && (await verifyChain(history.database, chain)) }
  }
  const drained = () =>
    until(
      async () => (await server.redis.xlen(STREAM)) === 0,
      50_000,
      async () => `${await server.redis.xlen(STREAM)} events wait`,
    )
  const troubles = async () =>
    (await new LedgerReader(server.redis, { account: 'acme', connection: 'staff' }).accountProblems()).map(
      ({ problem }) => problem,
    )

  it('has each of 1,000 changes once and in order, whoever is killed meanwhile', { timeout: 180_000 }, async () => {
    const start = () => spawnTied(process.execPath, [DRAINING, server.url, postgres.url, folder])
    let process_ = start()
    const kill = async () => {
      const ended = once(process_, 'exit')
      process_.kill('SIGKILL')
      await ended
      // its lease would end by itself in half a minute
      await server.redis.del(accountKeys('acme').historyLease)
    }
    for (let n = 1; n <= 1_000; n++) {
      await note(changeOf(n))
      if (n % 150 === 0) await kill().then(() => (process_ = start()))
      if (n % 400 === 200) await postgres.pause({ crash: true })
      if (n % 400 === 350) await postgres.resume()
      if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 200))
    }
    await postgres.resume().catch(() => {})
    await drained()
    await kill()

    const { all, verified } = await rows(postgres.url)
    expect(all.map(({ revision }) => revision! - BEGINNING)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
    expect(verified).toMatchObject({ status: 'whole', rows: 1_000 })
  })

  it('takes nothing twice that was committed and not forgotten', async () => {
    await note(changeOf(1), changeOf(2))
    const entries = await server.redis.xrange(STREAM, '-', '+')
    await using _first = draining({ url: FILE })
    await drained()

    for (const [id, fields] of entries) await server.redis.xadd(`${STREAM}-copy`, id, ...fields)
    await server.redis.rename(`${STREAM}-copy`, STREAM)
    await note(changeOf(3), { ...changeOf(2), at: BEGINNING + 9 })
    await drained()

    expect((await rows()).all.map(({ user_id }) => user_id)).toEqual(['id-1', 'id-2', 'id-3'])
  })

  it('misses nothing of a Redis whose clock went back', async () => {
    await server.redis.xadd(STREAM, '2000-0', 'event', JSON.stringify(changeOf(1)))
    await using _draining = draining({ url: FILE })
    await drained()
    await server.redis.del(STREAM)

    await server.redis.xadd(STREAM, '1000-0', 'event', JSON.stringify(changeOf(2)))
    await server.redis.xadd(STREAM, '2000-0', 'event', JSON.stringify(changeOf(3)))
    await drained()

    expect((await rows()).all.map(({ user_id }) => user_id)).toEqual(['id-1', 'id-2', 'id-3'])
  })

  it('tells that the database is away, loses nothing meanwhile, and tells no more of it afterwards', async () => {
    await postgres.pause()
    await note(changeOf(1_001))
    await using _draining = draining({ url: postgres.url })
    await until(
      async () => (await troubles()).length > 0,
      20_000,
      () => 'nothing is told',
    )
    const [told] = await troubles()
    expect(told).toMatchObject({ code: 'HISTORY_AWAY', subject: 'account', id: 'acme.history' })
    expect(told!.what).toMatch(/^The history's database 127\.0\.0\.1:\d+\/postgres can't be used: .*ECONNREFUSED/)
    expect(await server.redis.xlen(STREAM)).toBe(1)

    await postgres.resume()

    await drained()
    await until(
      async () => (await troubles()).length === 0,
      20_000,
      () => 'it is told still',
    )
    expect((await rows(postgres.url)).all.at(-1)).toMatchObject({ user_id: 'id-1001' })
  })

  it('waits for room on a disk that is full', async (context) => {
    await using disk = await openSmallDisk()
    if (!disk) return context.skip('only root may mount a small disk')
    await note(changeOf(1))
    await using _draining = draining({ url: FILE }, { at: disk.folder })
    await drained()
    await disk.fill()
    await note(...Array.from({ length: 300 }, (_, i) => changeOf(i + 2)))
    await until(
      async () => (await troubles()).length > 0,
      20_000,
      () => 'nothing is told',
    )
    expect((await troubles())[0]).toMatchObject({ code: 'HISTORY_AWAY', what: expect.stringMatching(/full|I\/O/) })

    await disk.makeRoom()

    await drained()
    await until(
      async () => (await troubles()).length === 0,
      20_000,
      () => 'it is told still',
    )
    const { all, verified } = await rows(FILE, disk.folder)
    expect(all.map(({ revision }) => revision! - BEGINNING)).toEqual(Array.from({ length: 301 }, (_, i) => i + 1))
    expect(verified).toMatchObject({ status: 'whole' })
  })

  it('hides masked values, and all of a connection that nobody configures', async () => {
    const users = { map: { phone: { from: 'telephoneNumber', expectEmpty: true, masked: true } } }
    await note(changeOf(1), changeOf(2, { connection: 'retired' }))
    await using _draining = draining({ url: FILE }, { changes: { users } })
    await drained()

    const bodies = (await rows()).all.map(({ body }) => body)
    expect(bodies.join('')).not.toContain('+1555')
    expect(JSON.parse(bodies[0]!)).toMatchObject({
      before: { attributes: { name: 'Person 1', phone: '***' } },
      masked: { phone: 'changed' },
    })
    expect(JSON.parse(bodies[1]!)).toMatchObject({
      before: { attributes: { name: '***', phone: '***' } },
      masked: { name: 'same', phone: 'changed' },
    })
  })

  it('notes what nobody can read and what was dropped, and goes on', async () => {
    await server.redis.xadd(STREAM, '*', 'event', '{"type":"of a newer version","secret":"x"}')
    await server.redis.xadd(STREAM, '*', 'other', 'y')
    await note(changeOf(1))
    await server.redis.set(LOST, '17')
    await using _draining = draining({ url: FILE })
    await drained()
    await until(
      async () => (await server.redis.get(LOST)) === '0',
      10_000,
      () => 'what was dropped is counted still',
    )

    const { all } = await rows()
    expect(all.map(({ type }) => type)).toEqual(['dropped', 'unreadable', 'unreadable', 'change'])
    expect(all.map(({ body }) => body).join('')).not.toContain('secret')
    expect(JSON.parse(all[0]!.body)).toMatchObject({ count: 17 })
  })

  it('removes what is older than it is to be kept', async () => {
    const [seconds] = await server.redis.time()
    await note(changeOf(1), { ...changeOf(2), at: Number(seconds) * 1_000 })
    await using _draining = draining({ url: FILE, keep: '1d' })
    await drained()

    await until(
      async () => (await rows()).all.length === 1,
      10_000,
      () => 'the old one is there',
    )
    expect((await rows()).verified).toMatchObject({ status: 'whole', rows: 1 })
  })

  it('keeps nothing where none is wanted', async () => {
    await note(changeOf(1))
    await using _draining = draining('off')
    await drained()

    expect(await server.redis.xlen(STREAM)).toBe(0)
  })
})
