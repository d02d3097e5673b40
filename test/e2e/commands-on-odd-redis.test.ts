import { afterEach, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { startWatchedRedis } from '@provisioner/sandbox/servers/redis-sentinel.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

it('a command says what is wrong with a Redis that it can’t read from, and does not wait for it', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), producers: 0, workers: 0 })
  await using lacking = await startRedis({ settings: { 'cluster-enabled': 'yes' } })
  await using watched = await startWatchedRedis()
  const said = async (redis: object) => {
    const yaml = stringify({ ...(parse(world.yaml) as object), redis })
    return (await runCli({ yaml, env: world.env }, ['status'])).stderr.trim()
  }
  const [sentinel] = watched.config.sentinels

  expect(await said({ cluster: [`127.0.0.1:${lacking.port}`] })).toMatch(/^REDIS_(UNFIT|UNREACHABLE): /)
  expect(await said({ url: `redis://127.0.0.1:${lacking.port}` })).toMatch(
    /^REDIS_UNFIT: .*Name it under redis\.cluster$/,
  )
  expect(await said({ url: `redis://${sentinel}` })).toMatch(/^REDIS_UNFIT: This is a Sentinel/)
}, 90_000)
