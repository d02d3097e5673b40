import { appendFileSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { startRedisCluster } from '@provisioner/sandbox/servers/redis-cluster.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { LAYOUT } from '@provisioner/shared/ledger/layout.ts'
import { readPauses } from '@provisioner/shared/ledger/pauses.ts'
import { runCli } from '../fixtures/cli.ts'
import { historyEvents } from '../fixtures/history-events.ts'
import { HOLDING, openHoldingWorld } from '../fixtures/holding-world.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const { config, uids: UIDS } = HOLDING

async function openHolding(): Promise<void> {
  world = await openHoldingWorld()
}

/** What the history is told of ledgers as a whole. */
const toldOfLedgers = async (one: Pick<World, 'redis'>) =>
  (await historyEvents(one.redis, 'acme')).flatMap((event) =>
    event.type === 'ledger' ? [`${event.operation}: ${event.what}`] : [],
  )
const file = () => join(mkdtempSync(join(tmpdir(), 'provisioner-ledger-')), 'ledger.jsonl')
const on = (url: string): Pick<World, 'yaml' | 'env'> => ({
  yaml: world.yaml.replace(world.redisServer.url, url),
  env: world.env,
})

it('a ledger moves to another Redis: a cycle there writes nothing, and what is held stays held and decided', async () => {
  await openHolding()
  const path = file()
  const early = await runCli(world, ['ledger', 'export', path])
  await world.stopProduct()
  const kept = await runCli(world, ['ledger', 'export', path])
  const exported = await runCli(world, ['ledger', 'export', path, '--force'])
  await using other = await startRedis()
  const imported = await runCli(on(other.url), ['ledger', 'import', path])
  await world.zendesk.forgetRequests()

  await using moved = await openWorld({ ldif: '', config, servers: { ...world, redisServer: other } })
  await moved.step()
  await moved.step()

  expect(await toldOfLedgers(moved)).toEqual([expect.stringMatching(/^import ledger: \d+ keys of .*, exported \d/)])
  expect(early.stdout).toMatch(/(producer|worker) \S+.* went on working meanwhile/)
  expect([kept.code, kept.stderr]).toEqual([
    1,
    `LEDGER_FILE: ${path} is there already: name another file, or replace it with --force\n`,
  ])
  expect([exported.code, imported.code]).toEqual([0, 0])
  expect(exported.stdout).not.toContain('went on working')
  expect(imported.stdout).toMatch(/the ledger of account 'acme' is imported: \d+ keys/)
  expect(await world.zendesk.writes()).toEqual([])
  const held = await runCli(moved, ['held'])
  expect(held.stdout).toMatch(/eve@example\.org .* rejected by .*: on leave/)
  expect(held.stdout).toContain('fay@example.org')
  // who reads the file learns names, and no secret
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(readFileSync(path, 'utf8')).not.toMatch(/a-secret|:token"/)
})

it('a ledger moves from one server into a cluster: a cycle there writes nothing', async () => {
  await openHolding()
  await world.stopProduct()
  const path = file()
  await runCli(world, ['ledger', 'export', path])
  await using cluster = await startRedisCluster()
  const yaml = stringify({ ...(parse(world.yaml) as object), redis: cluster.config })
  const imported = await runCli({ yaml, env: world.env }, ['ledger', 'import', path])
  await world.zendesk.forgetRequests()

  const servers = { slapd: world.slapd, sandbox: world.sandbox }
  await using moved = await openWorld({ ldif: '', config, servers, anyRedis: cluster })
  await moved.step()
  await moved.step()

  expect([imported.code, imported.stderr]).toEqual([0, ''])
  expect(await world.zendesk.writes()).toEqual([])
  expect((await runCli(moved, ['held'])).stdout).toMatch(/eve@example\.org .* rejected by .*: on leave/)
})

it('an import says what is wrong with its file or its place, and writes nothing', async () => {
  await openHolding()
  await world.stopProduct()
  const path = file()
  await runCli(world, ['ledger', 'export', path])
  const whole = readFileSync(path, 'utf8')
  await using other = await startRedis()
  const run = async (text: string, url = other.url) => {
    writeFileSync(path, text)
    const { code, stderr } = await runCli(on(url), ['ledger', 'import', path])
    return [code, stderr.split('\n')[0]]
  }
  const lines = whole.split('\n')

  expect(await run(lines.slice(0, 5).join('\n'))).toEqual([1, expect.stringContaining('was broken off. Export it')])
  expect(await run(whole.replace('ada@example.org', 'eva@example.org'))).toEqual([
    1,
    expect.stringContaining('its hash is another one'),
  ])
  expect(await run(whole.replace(`"layout":${LAYOUT}`, '"layout":2'))).toEqual([
    1,
    expect.stringContaining('of layout 2'),
  ])
  expect(await run(whole, world.redisServer.url)).toEqual([1, expect.stringMatching(/^LEDGER_FILE: .* already/)])
  appendFileSync(path, '{}\n')
  expect((await runCli(on(other.url), ['ledger', 'import', `${path}.none`])).stderr).toContain('There is no file')
  const status = await runCli(on(other.url), ['status'])
  expect(status.stdout).toContain('not made yet')
})

it('an import that was broken off is told to whoever works there, and goes on with the same file', async () => {
  await openHolding()
  await world.stopProduct()
  const path = file()
  await runCli(world, ['ledger', 'export', path])
  await using other = await startRedis()
  const header = JSON.parse(readFileSync(path, 'utf8').split('\n')[0]!) as { ledgerOf: string; at: number }
  const { Redis } = await import('ioredis')
  const redis = new Redis(other.url)
  await redis.set('{zp:acme}:account:layout', `importing ${header.ledgerOf} ${header.at} 1`)
  redis.disconnect()

  const between = await runCli(on(other.url), ['status'])
  const imported = await runCli(on(other.url), ['ledger', 'import', path])
  const after = await runCli(on(other.url), ['held'])

  expect(between.stderr).toMatch(/being imported, or its import was broken off: run 'provisioner ledger import' again/)
  expect(imported.code).toBe(0)
  expect(after.stdout).toContain('fay@example.org')
})

it('a rebuild forgets everything but what Zendesk shows, and pauses, refuses while somebody works, and has to be meant', async () => {
  await openHolding()
  const early = await runCli(world, ['ledger', 'rebuild', '--yes'])
  await runCli(world, ['pause', 'staff', '--removals', '--reason', 'a move'])
  await world.stopProduct()
  const unasked = await runCli(world, ['ledger', 'rebuild'])
  const kept = file()
  const done = await runCli(world, ['ledger', 'rebuild', 'staff', '--yes', '--keep', kept])
  const asked = (await world.redis.keys('{zp:acme}:staff.cycle:*')).length
  const paused = [await readPauses(world.redis, 'acme')]
  const whole = await runCli(world, ['ledger', 'rebuild', '--yes'])
  paused.push(await readPauses(world.redis, 'acme'))
  const told = await toldOfLedgers(world)
  await world.zendesk.forgetRequests()

  await using again = await openWorld({ ldif: '', config, servers: world })
  await again.step()
  await again.step()

  expect([early.code, early.stderr]).toEqual([2, expect.stringMatching(/^LEDGER_IN_USE: .*stop all producers/)])
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('Say --yes')])
  expect([done.code, done.stdout]).toEqual([
    0,
    expect.stringMatching(/\d+ keys of connection 'staff' are removed, and a full cycle is asked for/),
  ])
  expect(readFileSync(kept, 'utf8')).toContain('eve@example.org')
  expect(asked).toBeGreaterThan(0)
  for (const some of paused) expect(some).toMatchObject([{ connection: 'staff', scope: 'removals', reason: 'a move' }])
  expect(told).toEqual(Array(2).fill(expect.stringMatching(/^rebuild ledger: \d+ keys are removed$/)))
  expect([whole.code, whole.stdout]).toEqual([0, expect.stringMatching(/\d+ keys of account 'acme' are removed/)])
  expect(await world.zendesk.writes()).toEqual([])
  expect(await world.zendesk.users()).toHaveLength(UIDS.length)
})

it('what an export or import can’t use is said with its name, and leaves nothing behind', async () => {
  await openHolding()
  await world.stopProduct()
  const folder = mkdtempSync(join(tmpdir(), 'provisioner-ledger-'))
  const path = join(folder, 'ledger.jsonl')
  await runCli(world, ['ledger', 'export', path])
  const whole = readFileSync(path, 'utf8')
  await using empty = await startRedis()
  await using evicting = await startRedis({ maxmemoryPolicy: 'allkeys-lru' })
  const said = async (where: Pick<World, 'yaml' | 'env'>, ...args: string[]) =>
    (await runCli(where, ['ledger', ...args])).stderr.trim()

  expect([
    await said(world, 'export', join(folder, 'none', 'x.jsonl')),
    await said(world, 'export', folder, '--force'),
    await said(world, 'import', folder),
    await said(on(empty.url), 'export', join(folder, 'empty.jsonl')),
    await said(on(empty.url), 'export', path, '--force'),
    await said(on(evicting.url), 'import', path),
  ]).toEqual([
    `LEDGER_FILE: ${folder}/none/x.jsonl can't be used: there is no such file or folder`,
    `LEDGER_FILE: ${folder} can't be used: it is a folder`,
    `LEDGER_FILE: ${folder} can't be used: it is a folder`,
    expect.stringMatching(/^LEDGER_FILE: Redis at .* has no ledger of account 'acme': nothing was exported$/),
    expect.stringMatching(/^LEDGER_FILE: Redis at .* has no ledger of account 'acme': nothing was exported$/),
    expect.stringMatching(/^REDIS_UNFIT: .*allkeys-lru/),
  ])
  expect(readdirSync(folder)).toEqual(['ledger.jsonl'])
  expect(readFileSync(path, 'utf8')).toBe(whole)
})
