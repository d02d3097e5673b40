import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { LAYOUT } from '@provisioner/shared/ledger/layout.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { duplicateOf } from '@provisioner/shared/redis-client.ts'
import { assertRedisFit, connectRedis } from '@provisioner/shared/redis.ts'
import { ReleasedSlots } from '@provisioner/zendesk/budget/released-slots.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { startTcpProxy } from '../../fixtures/tcp-proxy.ts'
import { until } from '../../fixtures/until.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

function connect(server: Pick<RedisServer, 'url'>, role: 'ordinary' | 'bullmq' = 'ordinary') {
  const lines: LogLine[] = []
  const log = createLogger({ name: 'test', level: 'info', destination: recordingDestination(lines) })
  const redis = connectRedis({ url: server.url }, { role, log })
  owned.defer(() => redis.disconnect())
  return { redis, log, messages: () => lines.map(({ msg }) => msg), lines }
}

/** Takes Redis away until it was looked for in vain several times. */
async function takeAway(server: RedisServer, redis: ReturnType<typeof connect>['redis']) {
  let attempts = 0
  redis.on('reconnecting', () => attempts++)
  await server.pause()
  await until(
    () => attempts >= 3,
    10_000,
    () => `${attempts} attempts`,
  )
}

const LAYOUT_KEY = '{zp:acme}:account:layout'

describe('connectRedis', () => {
  it('logs a lost connection once and its return once, and loses no command in between', async () => {
    const server = owned.use(await startRedis({ appendonly: true }))
    const { redis, lines, messages } = connect(server)
    await redis.set('key', 'value')

    await takeAway(server, redis)
    const answer = redis.get('key')
    await server.restart()

    expect(await answer).toBe('value')
    expect(messages()).toEqual(['Redis is away; waiting for it', 'Redis is back'])
    expect(lines[0]).toMatchObject({ reason: 'ECONNREFUSED', redis: `127.0.0.1:${server.port}` })
  })

  it('tells it again when it happens again', async () => {
    const server = owned.use(await startRedis())
    const { redis, messages } = connect(server)

    for (const _time of [1, 2]) {
      await redis.ping()
      await takeAway(server, redis)
      await server.restart()
    }
    await redis.ping()

    await until(
      () => messages().length === 4,
      10_000,
      () => messages().join(),
    )
    expect(messages()).toEqual([1, 2].flatMap(() => ['Redis is away; waiting for it', 'Redis is back']))
  })

  it('leaves telling to the ordinary connection when it is for BullMQ', async () => {
    const server = owned.use(await startRedis())
    const { redis, messages } = connect(server, 'bullmq')
    await redis.ping()

    await takeAway(server, redis)
    await server.restart()

    expect(await redis.ping()).toBe('PONG')
    expect(messages()).toEqual([])
  })
})

describe('a connection on which nothing is answered', () => {
  it('is given up and made anew, whatever it is for, and one that blocks as long as BullMQ does is not', async () => {
    const server = owned.use(await startRedis())
    const proxy = owned.use(await startTcpProxy(server.port))
    const roles = ['ordinary', 'bullmq'] as const
    const clients = roles.map((role) => connect({ url: `redis://127.0.0.1:${proxy.port}` }, role))
    const slots = owned.use(new ReleasedSlots(clients[0]!.redis, 'released'))
    let heard = 0
    using _listening = slots.listen(() => (heard += 1))
    const hear = () => {
      const before = heard
      return until(
        async () => {
          await clients[0]!.redis.publish('released', 'slot')
          return heard > before
        },
        15_000,
        () => 'the subscriber hears nothing',
      )
    }
    await hear()
    const duplicate = connect(server, 'bullmq')
    const blocking = duplicateOf(duplicate.redis)
    owned.defer(() => blocking.disconnect())
    const blocked = blocking.bzpopmin('nothing', 10)
    for (const { redis } of clients) await redis.set('key', 'value')

    proxy.freeze()
    const answers = await Promise.all(clients.map(({ redis }) => redis.get('key')))
    await hear()

    expect(answers).toEqual(['value', 'value'])
    const silent = 'A connection to Redis is silent; making it anew'
    expect(clients.map(({ messages }) => messages())).toEqual([
      ['Redis is away; waiting for it', 'Redis is back'],
      [silent],
    ])
    expect(clients[1]!.lines[0]).toMatchObject({ reason: 'no answer within 8 s', role: 'bullmq' })
    expect(await blocked).toBeNull()
    expect(duplicate.messages()).toEqual([])
  })
})

describe('assertRedisFit', () => {
  const { signal } = new AbortController()

  it('accepts a Redis that keeps what it is given', async () => {
    const { redis, log, messages, lines } = connect(owned.use(await startRedis({ appendonly: true })))

    await assertRedisFit(redis, { accounts: ['acme'], log, signal })

    expect(messages()).toEqual(['Redis found'])
    expect(lines[0]).toMatchObject({
      redis: expect.stringMatching(
        /^Redis [\d.]+, one server, primary, append-only file, noeviction, [\d.]+ MB, no limit of memory$/,
      ),
    })
  })

  it('warns when a crash would lose data', async () => {
    const { redis, log, lines } = connect(owned.use(await startRedis({ appendonly: false })))

    await assertRedisFit(redis, { accounts: ['acme'], log, signal })

    expect(lines).toEqual([
      expect.objectContaining({ level: 'info', msg: 'Redis found' }),
      expect.objectContaining({
        level: 'warn',
        msg: 'Redis may lose data',
        reason: expect.stringContaining('appendonly yes'),
      }),
    ])
  })

  it('refuses a Redis that evicts, and says what to set', async () => {
    const { redis, log } = connect(owned.use(await startRedis({ maxmemoryPolicy: 'allkeys-lru', maxmemory: '64mb' })))

    await expect(assertRedisFit(redis, { accounts: ['acme'], log, signal })).rejects.toMatchObject({
      code: 'REDIS_UNFIT',
      message: expect.stringContaining('Set maxmemory-policy noeviction'),
    })
  })

  it.each<[string, Record<string, string>, string | undefined]>([
    ['with nothing in it', {}, undefined],
    ['with a ledger of this layout', { [LAYOUT_KEY]: String(LAYOUT), '{zp:acme}:staff:users': 'x' }, undefined],
    ['with a ledger of an older one', { [LAYOUT_KEY]: '3' }, 'a ledger of layout 3'],
    ['with a ledger of a newer one', { [LAYOUT_KEY]: '99' }, 'a ledger of layout 99'],
    ['with one of before accounts had a tag', { 'zp:layout': '2' }, 'a ledger of layout 2'],
    ['with one of before layouts had numbers', { 'zp:services': 'x' }, 'a ledger of layout 1'],
    ['with another account’s of another layout', { '{zp:other}:account:layout': '3' }, undefined],
    ['with the budget of an account, but no ledger', { '{zp:acme}:account:poller': 'x' }, undefined],
  ])('of a Redis %s', async (_what, keys, refusal) => {
    const { redis, log } = connect(owned.use(await startRedis({ appendonly: true })))
    for (const [key, value] of Object.entries(keys)) await redis.set(key, value)

    const fit = await assertRedisFit(redis, { accounts: ['acme'], log, signal }).then(
      () => undefined,
      (error: Error) => error.message,
    )

    if (refusal === undefined) expect(fit).toBeUndefined()
    else expect(fit).toMatch(new RegExp(`${refusal}.*Empty this Redis.*external id, email and name`))
    expect(await redis.get(LAYOUT_KEY)).toBe(refusal === undefined ? String(LAYOUT) : (keys[LAYOUT_KEY] ?? null))
  })

  it('waits for a Redis that is away', async () => {
    const server = owned.use(await startRedis({ appendonly: true }))
    const { redis, log } = connect(server)
    await redis.ping()
    await takeAway(server, redis)

    const fit = assertRedisFit(redis, { accounts: ['acme'], log, signal })
    await server.restart()

    await expect(fit).resolves.toBeUndefined()
  })

  it('stops waiting when the process is to stop', async () => {
    const server = owned.use(await startRedis())
    const { redis, log } = connect(server)
    await takeAway(server, redis)
    const stop = new AbortController()

    const fit = assertRedisFit(redis, { accounts: ['acme'], log, signal: stop.signal })
    stop.abort()

    await expect(fit).rejects.toMatchObject({ name: 'AbortError' })
  })
})
