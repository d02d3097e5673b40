import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { askRedis } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { duplicateOf } from '@provisioner/shared/redis-client.ts'
import { connectRedis } from '@provisioner/shared/redis.ts'
import { recordingDestination } from '../../fixtures/log-lines.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** As long as anybody may wait for a client after a failover, ms: ten seconds, and those of the failover itself. */
const BACK_MS = 15_000

it('a client that asks a Sentinel which stands still, while others tell of a failover, comes back', async () => {
  const watched = owned.use(await startWatchedRedis())
  const [first, second, third] = watched.config.sentinels
  const config = { sentinels: [third!, first!, second!], name: watched.config.name }
  const log = createLogger({ name: 'test', level: 'info', destination: recordingDestination([]) })
  const ordinary = connectRedis(config, { role: 'ordinary', log })
  const bullmq = connectRedis(config, { role: 'bullmq', log })
  const clients = [ordinary, bullmq, duplicateOf(bullmq)]
  for (const client of clients) owned.defer(() => client.disconnect())
  for (const client of clients) await client.set('key', 'value')

  process.kill(watched.pids[2]!, 'SIGSTOP')
  // Each asks it for two seconds of its own: one of them does when the others tell.
  for (const client of clients) {
    await askRedis(watched.servers[0]!.port, 'CLIENT', 'KILL', 'ID', String(await client.client('ID')))
    await sleep(600)
  }
  process.kill(watched.servers[0]!.pid, 'SIGKILL')
  const ended = clients.map(
    (client) => new Promise<string>((resolve) => client.once('end', () => resolve('ended for good'))),
  )
  const answers = clients.map(async (client, i) =>
    Promise.race([client.set('key', 'new').catch((error: Error) => error.message), ended[i]]),
  )

  const late = new Promise<string[]>((resolve) => setTimeout(() => resolve(['late']), BACK_MS).unref())
  expect(await Promise.race([Promise.all(answers), late])).toEqual(['OK', 'OK', 'OK'])
}, 60_000)
