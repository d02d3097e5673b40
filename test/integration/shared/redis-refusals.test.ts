import { createLogger } from '@provisioner/shared/logger.ts'
import { openCommandRedis } from '@provisioner/producer/cli/command-redis.ts'
import { connectRedis } from '@provisioner/shared/redis.ts'
import { askRedis } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import type { RedisConfig } from '@provisioner/shared/config/redis.ts'
import { afterAll, expect, it } from 'vitest'
import { recordingDestination, type LogLine } from '../../fixtures/log-lines.ts'
import { until } from '../../fixtures/until.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

/** What a command says of a Redis, and what a service logs, once. */
async function told(config: RedisConfig): Promise<readonly [command: string, service: string]> {
  const lines: LogLine[] = []
  const log = createLogger({ name: 'test', level: 'info', destination: recordingDestination(lines) })
  const redis = connectRedis(config, { role: 'ordinary', log })
  owned.defer(() => redis.disconnect())
  await until(
    () => lines.length > 0,
    10_000,
    () => 'nothing is logged',
  )
  const command = await openCommandRedis(config).catch((error: Error) => error)
  expect(lines).toHaveLength(1)
  return [(command as Error).message, lines[0]!.msg]
}

it.each([
  ['no password', '', 'it wants a password; set it in redis.url'],
  ['another password', ':wrong@', 'it refuses the user or the password; correct redis.url'],
])('a Redis that is there is not away: %s', async (_what, auth, words) => {
  const server = owned.use(await startRedis())
  await askRedis(server.port, 'CONFIG', 'SET', 'requirepass', 'a-secret')

  const [command, service] = await told({ url: `redis://${auth}127.0.0.1:${server.port}` })

  expect(command).toBe(`Redis at 127.0.0.1:${server.port} can't be used: ${words}`)
  expect(service).toBe(`Redis can't be used: ${words}. It is tried again`)
})

it('Sentinels that watch no primary of the name are not away', async () => {
  const { config } = owned.use(await startWatchedRedis())

  const [command, service] = await told({ sentinels: [...config.sentinels], name: 'yours' })

  const words = "the Sentinels watch no primary named 'yours'; correct redis.name"
  expect(command).toMatch(new RegExp(`can't be used: ${words}$`))
  expect(service).toBe(`Redis can't be used: ${words}. It is tried again`)
})
