import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { startCheckedServers, type CheckedServers } from '../../fixtures/checked-servers.ts'
import { directoryOf } from '../../fixtures/people.ts'

let servers: CheckedServers
beforeAll(async () => {
  servers = await startCheckedServers({ ldif: directoryOf([{ uid: 'ada' }], { 'zd-a': ['ada'] }) })
})
afterAll(() => servers?.[Symbol.asyncDispose]())

describe('check of Redis', () => {
  it('says what it is, that it keeps a file, what the directory needs of it, and what time it has', async () => {
    const seen = await servers.check()

    expect(seen.told('redis', 'ok')).toEqual([
      expect.stringMatching(/^ok server: (Redis|Valkey) \d.*, one server, primary, append-only file, noeviction/),
      expect.stringMatching(/^ok persistence: .* keeps an append-only file/),
      expect.stringMatching(/^ok memory: .* no maxmemory; 1 user and 1 membership take some 45\.0 MB/),
      'ok clock: It has the time of this machine',
    ])
    expect(seen.told('redis', 'warning', 'failed', 'unknown')).toEqual([])
  })

  it('is away: one failure, and all else is looked at', async () => {
    const seen = await servers.check({}, { redis: { url: 'redis://127.0.0.1:1' } })

    expect(seen.told('redis', 'ok', 'warning', 'failed')).toEqual([
      expect.stringMatching(/^failed connection REDIS_UNREACHABLE: .*ECONNREFUSED.*correct redis\.url/),
    ])
    expect(seen.told('directory', 'failed', 'warning')).toEqual([])
    expect(seen.told('zendesk', 'failed', 'warning')).toEqual([])
    expect(seen.code).toBe(1)
  })

  it('refuses the password', async () => {
    await using locked = await startRedis()
    const { port } = locked
    const redis = new Redis(locked.url)
    await redis.config('SET', 'requirepass', 'right')
    redis.disconnect()

    const [wrong, none] = [
      await servers.check({}, { redis: { url: `redis://:wrong@127.0.0.1:${port}` } }),
      await servers.check({}, { redis: { url: `redis://127.0.0.1:${port}` } }),
    ]

    expect(wrong.told('redis', 'failed')).toEqual([
      expect.stringMatching(/refuses the user or the password; correct redis\.url/),
    ])
    expect(none.told('redis', 'failed')).toEqual([expect.stringMatching(/it wants a password; set it in redis\.url/)])
  })

  it('throws keys away when it is full, keeps no file, and has less memory than the directory takes', async () => {
    await using small = await startRedis({ maxmemoryPolicy: 'allkeys-lru', maxmemory: '8mb' })
    const seen = await servers.check({}, { redis: small.config })

    expect(seen.told('redis', 'failed')).toEqual([
      expect.stringMatching(
        /^failed server REDIS_UNFIT: .*maxmemory-policy 'allkeys-lru'.*Set maxmemory-policy noeviction/,
      ),
      expect.stringMatching(
        /^failed memory: It has too little memory: .*8\.0 MB.* → Set maxmemory to 45\.0 MB or more/,
      ),
    ])
    expect(seen.told('redis', 'warning')).toEqual([
      expect.stringMatching(/^warning persistence: .*no append-only file: .*Set appendonly yes/),
    ])
  })

  it('has another version’s ledger', async () => {
    await using other = await startRedis({ appendonly: true })
    const redis = new Redis(other.url)
    await redis.set('zp:layout', '2')
    redis.disconnect()

    const seen = await servers.check({}, { redis: other.config })

    expect(seen.told('redis', 'failed')).toEqual([
      expect.stringMatching(/^failed acme: ledger LEDGER_LAYOUT: .*layout 2/),
    ])
  })
})
