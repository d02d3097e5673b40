import { describe, expect, it } from 'vitest'
import { Lease } from '@provisioner/shared/lease.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'

const KEY = 'zp:a-lease'
const MS = 60_000

const take = ({ redis }: TestRedis, token: string, ms = MS) => Lease.take(redis, KEY, { token, ms })

/** How a lease that we took stands before the next step, by what is done to its key. */
const states = {
  'has ended': async ({ redis }: TestRedis) => redis.del(KEY),
  'is ours': async ({ redis }: TestRedis) => redis.pexpire(KEY, 1_000),
  "is another's": async ({ redis }: TestRedis) => redis.set(KEY, 'other', 'PX', 1_000),
  'is no string': async ({ redis }: TestRedis) => redis.multi().del(KEY).hset(KEY, 'a', 'b').exec(),
}

describe('a lease', () => {
  it.each([
    ['has ended', 'ours', true],
    ['is ours', 'ours', true],
    ["is another's", 'other', false],
    ['is no string', 'ours', true],
  ] as const)('that %s has the token %s once it is taken', async (state, owner, isTaken) => {
    await using server = await openRedis()
    await take(server, 'ours')
    await states[state](server)

    expect((await take(server, 'ours')) !== undefined).toBe(isTaken)

    expect(await server.redis.get(KEY)).toBe(owner)
    expect((await server.redis.pttl(KEY)) > 1_000).toBe(isTaken)
  })

  it.each([
    ['has ended', false],
    ['is ours', true],
    ["is another's", false],
  ] as const)('that %s is kept: %s', async (state, isKept) => {
    await using server = await openRedis()
    const lease = await take(server, 'ours')
    await states[state](server)

    expect(await lease!.keep()).toBe(isKept)

    expect((await server.redis.pttl(KEY)) > 1_000).toBe(isKept)
  })

  it.each([
    ['has ended', null],
    ['is ours', null],
    ["is another's", 'other'],
  ] as const)('that %s leaves %s behind when it is dropped', async (state, left) => {
    await using server = await openRedis()
    const lease = await take(server, 'ours')
    await states[state](server)

    await lease!.drop()

    expect(await server.redis.get(KEY)).toBe(left)
  })

  it('is had by one of many that take it at once', async () => {
    await using server = await openRedis()

    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((token) => take(server, token)))

    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  it('is dropped when it is disposed, also by what throws', async () => {
    await using server = await openRedis()
    const work = async () => {
      await using _lease = await take(server, 'ours')
      throw new Error('work failed')
    }

    await expect(work()).rejects.toThrow('work failed')

    expect(await server.redis.exists(KEY)).toBe(0)
  })

  it('covers up nothing that was thrown when Redis is gone', async () => {
    await using server = await openRedis()
    const work = async () => {
      await using _lease = await take(server, 'ours')
      server.redis.disconnect()
      throw new Error('work failed')
    }

    await expect(work()).rejects.toThrow('work failed')
  })
})
