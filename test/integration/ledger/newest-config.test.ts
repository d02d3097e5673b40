import { afterAll, beforeAll, expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { declareConfig, newestConfig } from '@provisioner/shared/ledger/newest-config.ts'
import { announce, readServices } from '@provisioner/shared/ledger/services.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { ageConfig } from '../../fixtures/age-config.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const log = createLogger({ name: 'test', level: 'silent' })
let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A producer as it starts: with the file of a host, which reads as `print`. Dispose it to stop it. */
async function start(connection: string, name: string, host: string, print: string) {
  const service = { role: 'producer' as const, name, connections: new Map([['acme', { [connection]: print }]]) }
  const running = await announce(server.redis, service, log)
  const standing = await declareConfig(
    server.redis,
    { account: 'acme', connection },
    { name, file: `${host}:/etc/provisioner.yaml`, print },
  )
  const isNewest = standing !== 'older'
  return { standing, isNewest, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

type Keys = ReturnType<typeof connectionKeys>

const newest = async (connection: string) => (await newestConfig(server.redis, { account: 'acme', connection }))?.print

// The rows are those of docs/decisions/0009-the-last-start-counts.md.
it('a producer that starts with the newest configuration is one of those that work', async () => {
  await using _a = await start('equal', 'a', 'one', 'new')
  const since = (await newestConfig(server.redis, { account: 'acme', connection: 'equal' }))?.since
  await using b = await start('equal', 'b', 'two', 'new')

  expect(b.isNewest).toBe(true)
  expect(await newestConfig(server.redis, { account: 'acme', connection: 'equal' })).toEqual({
    print: 'new',
    since,
    by: 'a',
  })
})

it('one with a changed file is the newest, and so is one whose file was changed back', async () => {
  await using _a = await start('changed', 'a', 'one', 'old')
  await using _b = await start('changed', 'b', 'two', 'old')
  await using rolledOut = await start('changed', 'a2', 'one', 'new')
  const between = await newest('changed')
  await using rolledBack = await start('changed', 'a3', 'one', 'old')

  expect([rolledOut.isNewest, between, rolledBack.isNewest, await newest('changed')]).toEqual([
    true,
    'new',
    true,
    'old',
  ])
})

it('one in a new place is the newest', async () => {
  await using _a = await start('places', 'a', 'pod-1', 'new')
  await using b = await start('places', 'b', 'pod-2', 'old')

  expect([b.isNewest, await newest('places')]).toEqual([true, 'old'])
})

it('one with the file that it had rolls nothing out, whether one that has the newest lives or not', async () => {
  await (await start('forgotten', 'a', 'one', 'old'))[Symbol.asyncDispose]()
  const other = await start('forgotten', 'b', 'two', 'new')
  await using beside = await start('forgotten', 'a2', 'one', 'old')
  await other[Symbol.asyncDispose]()
  await ageConfig(server.redis, 'forgotten', 0.5)
  await using alone = await start('forgotten', 'a3', 'one', 'old')
  await using back = await start('forgotten', 'b2', 'two', 'new')

  expect([beside.standing, alone.standing, back.standing]).toEqual(['older', 'older', 'newest'])
})

it('an older one takes over after a minute without the newest, which works again as soon as it is back', async () => {
  await (await start('silent', 'a', 'one', 'old'))[Symbol.asyncDispose]()
  await (await start('silent', 'c', 'three', 'oldest'))[Symbol.asyncDispose]()
  await (await start('silent', 'b', 'two', 'new'))[Symbol.asyncDispose]()
  await ageConfig(server.redis, 'silent', 1.1)
  await using older = await start('silent', 'a2', 'one', 'old')
  const { over } = (await newestConfig(server.redis, { account: 'acme', connection: 'silent' }))!
  await using oldest = await start('silent', 'c2', 'three', 'oldest')
  await using back = await start('silent', 'b2', 'two', 'new')

  expect([older.standing, over, oldest.standing, back.standing]).toEqual(['took over', 'new', 'older', 'rolled out'])
  expect(await newestConfig(server.redis, { account: 'acme', connection: 'silent' })).toEqual(
    expect.not.objectContaining({ over: 'new' }),
  )
})

it('one that runs on where another was started rolls nothing back', async () => {
  await using _a = await start('runs', 'a', 'one', 'old')
  await using _b = await start('runs', 'b', 'one', 'new')
  const a = { name: 'a', file: 'one:/etc/provisioner.yaml', print: 'old' }

  expect(await declareConfig(server.redis, { account: 'acme', connection: 'runs' }, a, { starts: false })).toBe('older')
})

it('an older one begins no cycle, and the one that it runs is fenced out', async () => {
  await using _a = await start('fenced', 'a', 'one', 'old')
  const running = await CycleLedger.begin(
    server.redis,
    { account: 'acme', connection: 'fenced' },
    { name: 'a', print: 'old' },
  )
  await using _b = await start('fenced', 'b', 'two', 'new')

  await expect(running.notes.solveWrites([{ subject: 'user', id: 'u1' }])).rejects.toThrow('newer cycle')
  await expect(
    CycleLedger.begin(server.redis, { account: 'acme', connection: 'fenced' }, { name: 'a', print: 'old' }),
  ).rejects.toMatchObject({
    code: 'CONFIG_OLDER',
  })
  await expect(
    CycleLedger.begin(server.redis, { account: 'acme', connection: 'fenced' }, { name: 'b', print: 'new' }),
  ).resolves.toBeDefined()
})

it('a Redis that has lost the configuration is told it by the next cycle', async () => {
  await CycleLedger.begin(server.redis, { account: 'acme', connection: 'lost' }, { name: 'a', print: 'new' })

  expect(await newest('lost')).toBe('new')
})

it('a service that stops is gone at once, and remembered', async () => {
  const running = await start('stops', 'gone-soon', 'one', 'new')
  const find = async () => (await readServices(server.redis, STAFF.account)).find(({ name }) => name === 'gone-soon')
  const before = await find()
  await running[Symbol.asyncDispose]()

  expect([before?.isAlive, (await find())?.isAlive]).toEqual([true, false])
})

it.each([
  ['a configuration that is no JSON', (keys: Keys) => server.redis.hset(keys.state, 'config', '{')],
  ['a configuration without a time', (keys: Keys) => server.redis.hset(keys.state, 'config', '{"print":"old"}')],
  ['files that are no JSON', (keys: Keys) => server.redis.hset(keys.files, 'two:/etc/provisioner.yaml', 'old')],
  ['a string in place of the state', (keys: Keys) => server.redis.set(keys.state, 'text')],
  ['a string in place of the files', (keys: Keys) => server.redis.set(keys.files, 'text')],
  ['a service that is no JSON', () => server.redis.hset(accountKeys(STAFF.account).services, 'producer|broken', '{')],
  [
    'a service without connections',
    () => server.redis.hset(accountKeys(STAFF.account).services, 'producer|broken', '{"role":"producer"}'),
  ],
  ['a string in place of all services', () => server.redis.set(accountKeys(STAFF.account).services, 'text')],
])('%s keeps no producer from starting', async (what, spoil) => {
  const connection = `corrupt-${what.replaceAll(' ', '-')}`
  await server.redis.del(accountKeys(STAFF.account).services)
  await spoil(connectionKeys({ account: 'acme', connection }))

  await using producer = await start(connection, 'p', 'two', 'new')
  const cycle = await CycleLedger.begin(server.redis, { account: 'acme', connection }, { name: 'p', print: 'new' })

  expect([producer.isNewest, await newest(connection), cycle.cycle]).toEqual([true, 'new', expect.any(Number)])
  expect((await readServices(server.redis, STAFF.account)).map(({ name }) => name)).toContain('p')
})
