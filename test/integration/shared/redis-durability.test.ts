import { expect, it } from 'vitest'
import { RedisDurability } from '@provisioner/shared/redis-durability.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

it('what a stopped replica lacks is not safe, and is once the replica has caught up', { timeout: 60_000 }, async () => {
  await using primary = await openRedis()
  await using replica = await openRedis()
  await replica.redis.replicaof('127.0.0.1', Number(new URL(primary.url).port))
  const isOnline = async () => (await primary.redis.info('replication')).includes('state=online')
  await until(isOnline, 20_000, () => 'the replica is not there')
  const pid = Number(/process_id:(\d+)/.exec(await replica.redis.info('server'))![1])
  const durability = new RedisDurability(primary.redis, 'acme')
  await durability.look()

  process.kill(pid, 'SIGSTOP')
  const stoppedAt = performance.now()
  await primary.redis.set('told', 'x'.repeat(1_000))
  // longer than the disk may take
  const looks = []
  while (performance.now() < stoppedAt + 13_000) {
    looks.push((await durability.look()).durableBefore)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  process.kill(pid, 'SIGCONT')

  expect(Math.max(...looks)).toBeLessThan(stoppedAt)
  const hasCaughtUp = async () => (await durability.look()).durableBefore > stoppedAt
  await until(hasCaughtUp, 30_000, () => 'the replica never caught up')
})

it('a Redis without replicas is safe once it is on its disk, and says which server it is', async () => {
  await using redis = await openRedis()
  const durability = new RedisDurability(redis.redis, 'acme')
  const before = performance.now()

  const { server, durableBefore } = await durability.look()

  expect(server).toMatch(/^[0-9a-f]{40}$/)
  expect(durableBefore).toBeLessThan(before)
  expect(durableBefore).toBeGreaterThan(before - 11_000)
})
