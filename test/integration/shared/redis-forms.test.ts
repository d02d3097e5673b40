import { afterEach, describe, expect, it } from 'vitest'
import { openCommandRedis } from '@provisioner/producer/cli/command-redis.ts'
import { makeCertificate } from '@provisioner/sandbox/servers/certificate.ts'
import { freePort } from '@provisioner/sandbox/servers/free-port.ts'
import { askRedis, askUntil } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startRedisCluster } from '@provisioner/sandbox/servers/redis-cluster.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import type { RedisConfig } from '@provisioner/shared/config/redis.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { duplicateOf } from '@provisioner/shared/redis-client.ts'
import { assertRedisFit, connectRedis, type RedisRole } from '@provisioner/shared/redis.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { until } from '../../fixtures/until.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

function connect(config: RedisConfig, role: RedisRole = 'ordinary') {
  const lines: LogLine[] = []
  const log = createLogger({ name: 'test', level: 'info', destination: recordingDestination(lines) })
  const redis = connectRedis(config, { role, log })
  owned.defer(() => redis.disconnect())
  const messages = () => lines.map(({ msg }) => msg)
  const fit = () => assertRedisFit(redis, { accounts: ['acme'], log, signal: AbortSignal.timeout(20_000) })
  return { redis, lines, messages, fit }
}

const nodes = ({ config }: { config: { cluster: readonly string[] } }) => ({ cluster: [...config.cluster] })

describe('at start', () => {
  it('what can not work is refused with what to do', async () => {
    const watched = owned.use(await startWatchedRedis())
    const cluster = owned.use(await startRedisCluster())
    const refusals = [
      [{ url: watched.servers[1]!.url }, `is a replica of 127.0.0.1:${watched.servers[0]!.port} and takes nothing`],
      [{ url: `redis://${watched.config.sentinels[0]}` }, 'This is a Sentinel.*redis.sentinels, with redis.name'],
      [{ url: cluster.servers[0]!.url }, 'is a node of a cluster.*redis.cluster'],
    ] as const

    for (const [config, reason] of refusals)
      await expect(connect(config).fit()).rejects.toMatchObject({
        code: 'REDIS_UNFIT',
        message: expect.stringMatching(reason),
      })
  })

  it.each(['yes', 'no'])('a cluster that lacks hash slots is refused, with full coverage %s', async (coverage) => {
    const cluster = owned.use(await startRedisCluster())
    for (const { port } of cluster.servers) {
      await askRedis(port, 'CONFIG', 'SET', 'cluster-require-full-coverage', coverage)
      await askRedis(port, 'CLUSTER', 'DELSLOTSRANGE', '0', '9').catch(() => 'a replica has none')
    }
    for (const { port } of cluster.servers)
      await askUntil({ port, what: 'The slots are gone' }, ['CLUSTER', 'INFO'], (answer) =>
        answer.includes('cluster_slots_assigned:16374'),
      )

    await expect(connect(nodes(cluster)).fit()).rejects.toMatchObject({
      code: 'REDIS_UNFIT',
      message: expect.stringMatching(/10 of its hash slots.*redis-cli --cluster fix/),
    })
  })

  it('what was found is said in one line, and that certificates are not verified', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provisioner-redis-tls-'))
    owned.defer(() => rm(folder, { recursive: true, force: true }))
    const { certificateFile, keyFile } = await makeCertificate(folder)
    const tls = String(await freePort())
    const settings = { 'tls-port': tls, 'tls-cert-file': certificateFile, 'tls-key-file': keyFile }
    owned.use(await startRedis({ appendonly: true, settings: { ...settings, 'tls-auth-clients': 'no' } }))
    const url = `rediss://127.0.0.1:${tls}`
    const trusting = connect({ url, tls: { verify: false } })
    const knowing = connect({ url, tls: { verify: true, caFile: certificateFile } })
    const strict = connect({ url })

    await trusting.fit()
    await knowing.fit()
    await until(
      () => strict.lines.length > 0,
      10_000,
      () => 'a certificate of nobody is taken',
    )

    expect(trusting.messages()).toEqual([
      'The certificates of Redis are not verified: anybody between may read and change answers',
      'Redis found',
    ])
    expect(knowing.messages()).toEqual(['Redis found'])
    expect(strict.lines[0]).toMatchObject({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })
})

describe('passwords', () => {
  const servers = 'of-the-servers'
  const lock = (port: number, password: string) =>
    askRedis(port, 'ACL', 'SETUSER', 'default', 'resetpass', `>${password}`)

  it('are given to the servers and to the Sentinels, each their own', async () => {
    const watched = owned.use(await startWatchedRedis())
    const sentinelPassword = 'of-the-sentinels'
    for (const { port } of watched.servers) await lock(port, servers)
    for (const address of watched.config.sentinels) await lock(Number(address.split(':')[1]), sentinelPassword)
    const config = { sentinels: [...watched.config.sentinels], name: watched.config.name }

    const known = connect({ ...config, user: 'default', password: servers, sentinelPassword, database: 1 })
    await known.redis.set('key', 'value')
    const unknown = openCommandRedis({ ...config, password: servers, sentinelPassword: 'another' })

    expect(await known.redis.get('key')).toBe('value')
    expect(await known.redis.client('INFO')).toMatch(/ db=1 .*user=default/)
    await expect(unknown).rejects.toThrow(/WRONGPASS/)
  })

  it('are given to every node of a cluster, and to the one that is listened to', async () => {
    const cluster = owned.use(await startRedisCluster())
    for (const { port } of cluster.servers) await lock(port, servers)
    const { redis } = connect({ ...nodes(cluster), password: servers })
    const heard: string[] = []
    const subscriber = duplicateOf(redis)
    owned.defer(() => subscriber.disconnect())
    subscriber.on('message', (_channel, message: string) => heard.push(message))

    await subscriber.subscribe('released')
    for (const key of ['{zp:acme}:a', '{zp:globex}:a', '{zp:emea}:a']) expect(await redis.set(key, '1')).toBe('OK')
    await redis.publish('released', 'slot')

    await until(
      () => heard.length > 0,
      10_000,
      () => 'the subscriber hears nothing',
    )
  })
})

describe('a primary that has become a replica', () => {
  it('is left, what it refused is said again, and that is told once', async () => {
    const watched = owned.use(await startWatchedRedis())
    const [primary] = watched.servers
    const other = owned.use(await startRedis())
    const { redis, messages } = connect({ url: primary!.url })
    await redis.set('key', 'value')
    await askRedis(primary!.port, 'REPLICAOF', '127.0.0.1', String(other.port))

    const answer = redis.set('key', 'new')
    const transaction = redis
      .multi()
      .set('more', '1')
      .exec()
      .then(
        () => 'done',
        (error: Error) => error.message,
      )
    await until(
      () => messages().length > 0,
      10_000,
      () => 'nothing is told',
    )
    await askRedis(primary!.port, 'REPLICAOF', 'NO', 'ONE')

    expect(await answer).toBe('OK')
    expect(await transaction).toMatch(/EXECABORT|aborted/) // none is carried out in parts
    expect(messages().filter((line) => /has become a replica/.test(line))).toHaveLength(1)
  })
})

describe('a client of a cluster', () => {
  it('blocks as long as BullMQ does, hears of its channels, and has a name', async () => {
    const cluster = owned.use(await startRedisCluster())
    const { redis, messages } = connect(nodes(cluster), 'bullmq')
    const [blocking, subscriber] = [duplicateOf(redis), duplicateOf(redis)]
    for (const one of [blocking, subscriber]) owned.defer(() => one.disconnect())
    const heard: string[] = []
    subscriber.on('message', (_channel, message: string) => heard.push(message))
    await subscriber.subscribe('{zp:acme}:released')

    const blocked = blocking.bzpopmin('{zp:acme}:nothing', 10)
    await until(
      async () => {
        await redis.publish('{zp:acme}:released', 'slot')
        return heard.length > 0
      },
      10_000,
      () => 'the subscriber hears nothing',
    )

    expect(await blocked).toBeNull()
    expect(messages()).toEqual([])
  })
})

describe('a command', () => {
  it.each<[string, (port: number) => RedisConfig, string]>([
    ['Sentinels', (port) => ({ sentinels: [`127.0.0.1:${port}`], name: 'mymaster' }), 'redis.sentinels and redis.name'],
    ['a cluster', (port) => ({ cluster: [`127.0.0.1:${port}`] }), 'redis.cluster'],
  ])('says at once that it reaches none of %s', async (_what, configOf, key) => {
    const config = configOf(await freePort())

    await expect(openCommandRedis(config)).rejects.toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringMatching(`can't be reached \\(.+\\); start it, or correct ${key}$`),
    })
  })
})
