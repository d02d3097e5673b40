import { afterEach, describe, expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

describe.each(['producer', 'worker'] as const)('the %s', (name) => {
  it('is ready while Redis is there, alive in any case, and stops gracefully', async () => {
    world = await openWorld({ ldif: directoryOf([]), producers: 0, workers: 0, redis: { appendonly: true } })
    await using service = await startService(name, world)
    const port = Number(/"health":(\d+)/.exec(service.output.join('\n'))?.[1])
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
    const before = [await status('/healthz'), await status('/readyz')]

    await world.redisServer.pause()
    await until(
      async () => (await status('/readyz')) === 503,
      10_000,
      () => 'it is ready without Redis',
    )
    const without = await status('/healthz')
    await world.redisServer.restart()
    await until(
      async () => (await status('/readyz')) === 200,
      10_000,
      () => 'it is not ready again',
    )
    service.kill('SIGTERM')

    expect([...before, without]).toEqual([200, 200, 200])
    expect(await service.ended).toBe(0)
  })

  it('stops although Redis is away', async () => {
    world = await openWorld({ ldif: directoryOf([]), producers: 0, workers: 0, redis: { appendonly: true } })
    await using service = await startService(name, world)
    await world.redisServer.pause()
    await until(
      () => service.output.some((line) => line.includes('Redis is away')),
      10_000,
      () => 'it did not notice',
    )

    service.kill('SIGTERM')

    expect(await service.ended).toBe(0)
  }, 20_000)
})
