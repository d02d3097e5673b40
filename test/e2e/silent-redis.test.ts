import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { readinessOf, startService } from '../fixtures/service-process.ts'
import { startTcpProxy } from '../fixtures/tcp-proxy.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

const AWAY = 'Redis is away; waiting for it'
const PEOPLE = ['ada', 'bob'].map((uid) => ({ uid }))

/** A world whose processes reach Redis through a proxy. */
async function openProxiedWorld(firstRun: 'apply' | 'approve') {
  const world = owned.use(
    await openWorld({
      ldif: directoryOf(PEOPLE),
      redis: { appendonly: true },
      producers: 0,
      workers: 0,
      config: { firstRun },
    }),
  )
  const proxy = owned.use(await startTcpProxy(world.redisServer.port))
  const yaml = world.yaml.replace(world.redisServer.url, `redis://127.0.0.1:${proxy.port}`)
  return { world, proxy, proxied: { ...world, yaml } }
}

describe('a connection to Redis on which nothing is answered any more', () => {
  it('is made anew by producer, worker and dashboard, is said once, and shows meanwhile', async () => {
    const { world, proxy, proxied } = await openProxiedWorld('apply')
    const producer = owned.use(await startService('producer', proxied))
    const worker = owned.use(await startService('worker', proxied))
    const dashboard = owned.use(await startService('dashboard', proxied, { waitFor: 'Dashboard started' }))
    const services = [producer, worker, dashboard]
    const output = () => services.flatMap((service) => service.output).join('\n')
    const ready = services.map(readinessOf)
    const allReady = async () => (await Promise.all(ready.map((ask) => ask()))).every(([status]) => status === 200)
    await until(async () => (await allReady()) && (await world.zendesk.users()).length === 2, 20_000, output)

    proxy.freeze()
    await addEntry(world.slapd, personDn('cyd'), person({ uid: 'cyd' }))
    await runCli(proxied, ['cycle'])
    const unready = services.map(() => '')
    await until(
      async () => {
        const answers = await Promise.all(ready.map((ask) => ask()))
        for (const [i, [status, why]] of answers.entries()) if (status === 503) unready[i] = why
        return unready.every(Boolean)
      },
      10_000,
      () => `not all were unready: ${unready.join(' | ')}`,
    )
    await until(async () => (await allReady()) && (await world.zendesk.users()).length === 3, 20_000, output)

    expect(unready.slice(0, 2).join()).toMatch(/Redis has not answered for \d s.*Redis has not answered for \d s/)
    for (const service of [producer, worker]) {
      const told = service.output.filter((line) => line.includes(AWAY))
      expect(told).toHaveLength(1)
      expect(JSON.parse(told[0]!)).toMatchObject({ reason: 'no answer within 8 s', redis: `127.0.0.1:${proxy.port}` })
    }
    expect(dashboard.output.filter((line) => line.includes('Redis is away'))).toHaveLength(1)
  })

  it('is made anew by a command whose user took time to answer', async () => {
    const { world, proxy, proxied } = await openProxiedWorld('approve')
    const producer = owned.use(await startService('producer', world))
    await until(
      async () => (await world.ledger.firstRun()).status === 'waiting',
      20_000,
      () => producer.output.join('\n'),
    )

    const approved = await runCli(proxied, ['approve'], { answer: 'y', beforeAnswer: () => proxy.freeze() })

    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('the first plan is approved') })
  })
})
