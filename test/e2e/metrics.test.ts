import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { ensurePrograms } from '@provisioner/sandbox/servers/ensure-programs.ts'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { scrape, scrapeText, valueOf, type ScrapedMetric } from '../fixtures/scraped.ts'
import { startService, type ServiceProcess } from '../fixtures/service-process.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** Three in step, one of them in a group; then one has another phone, one has left and is held, one has no address. */
async function openWithServices(): Promise<{ world: World; producer: ServiceProcess; worker: ServiceProcess }> {
  const people = ['ada', 'bob', 'cyd'].map((uid) => ({ uid, telephoneNumber: '1' }))
  const world = owned.use(
    await openWorld({
      ldif: directoryOf(people, { agents: ['ada'], 'zd-help': ['ada'] }),
      config: { guard: { users: { min: 0, share: '0%' } } },
      producers: 0,
      workers: 0,
      redis: { appendonly: true },
    }),
  )
  const producer = owned.use(await startService('producer', world))
  const worker = owned.use(await startService('worker', world))
  await world.step()
  await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
  await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
  await modifyEntry(world.slapd, personDn('cyd'), { delete: { mail: [] } })
  await world.step()
  return { world, producer, worker }
}

describe('what Prometheus scrapes', () => {
  it('is how the connection fares, what was sent and what came of the jobs', async () => {
    const { world, producer, worker } = await openWithServices()

    const [ofProducer, ofWorker] = [await scrape(producer), await scrape(worker)]

    const connection = 'staff'
    const said = (name: string, labels = {}) => valueOf(ofProducer, name, labels)
    const last = (await world.ledger.lastCycle())!
    expect({
      up: said('provisioner_ledger_up'),
      at: said('provisioner_last_good_cycle_timestamp_seconds', { connection }),
      users: said('provisioner_entries', { connection, kind: 'users' }),
      failing: said('provisioner_failing_cycles', { connection }),
      held: said('provisioner_held_changes', { connection }),
      noAddress: said('provisioner_problems', { connection, code: 'EMAIL_MISSING' }),
      created: said('provisioner_changes_released_total', { connection, operation: 'create_user' }),
      producers: said('provisioner_services', { account: 'acme', role: 'producer' }),
      workers: said('provisioner_services', { account: 'acme', role: 'worker' }),
      waiting: said('provisioner_queue_jobs', { connection, queue: 'users.update', state: 'waiting' }),
      redis: said('provisioner_redis_memory_used_bytes', { account: 'acme' })! > 100_000,
      limit: said('provisioner_zendesk_limit_per_minute', { account: 'acme' })! >= 200,
    }).toEqual({
      ...{ up: 1, at: last.endedAt / 1_000, users: last.users, failing: 0, held: 1, noAddress: 1, created: 3 },
      ...{ producers: 1, workers: 1, waiting: 0, redis: true, limit: true },
    })
    const sent = (method: string) => world.sandbox.requests.filter((one) => one.method === method).length
    const counted = (method: string) =>
      [ofProducer, ofWorker].reduce(
        (sum, metrics) => sum + (valueOf(metrics, 'provisioner_zendesk_requests_total', { method }) ?? 0),
        0,
      )
    // the token is fetched beside the API
    const tokens = world.sandbox.requests.filter(({ path }) => path.startsWith('/oauth')).length
    expect([counted('PUT'), counted('POST')]).toEqual([sent('PUT'), sent('POST') - tokens])
    expect([counted('GET') > 0, counted('GET') <= sent('GET')]).toEqual([true, true])
    const jobs = { connection, queue: 'users.update', outcome: 'applied' }
    expect(valueOf(ofWorker, 'provisioner_jobs_total', jobs)).toBe(1)
    expect(JSON.stringify([...ofProducer, ...ofWorker])).not.toMatch(/ada|bob|cyd|example\.org/)
  })

  it('is in docs/metrics.md, and nothing else is there', async () => {
    const { producer, worker } = await openWithServices()
    const [ofProducer, ofWorker] = [await scrape(producer), await scrape(worker)]
    const docs = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8')

    const rows = [...docs.matchAll(/^\| `(provisioner_\w+)` \| (\w+) \| (.*?) \| (\w+) \| (.*) \|$/gm)]
    const described = rows.map(([, name, type, labels, from, help]) => ({ name, type, labels, from, help }))
    const told = [...new Set([...ofProducer.keys(), ...ofWorker.keys()])].map((name) => {
      const [producers, workers] = [ofProducer.get(name), ofWorker.get(name)]
      const { type, help } = (producers ?? workers)!
      const from = producers && workers ? 'both' : producers ? 'producer' : 'worker'
      // of what has no series yet the labels are not told
      const labels = labelsOf(producers, workers) || described.find((one) => one.name === name)?.labels
      return { name, type, labels, from, help }
    })
    expect(described).toEqual(told.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
  })

  it('is what Prometheus’ own lint takes', async () => {
    const { promtool } = await ensurePrograms(['promtool'])
    const { producer, worker } = await openWithServices()

    for (const service of [producer, worker]) {
      const text = await scrapeText(service)
      const { status, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })
      // of Node.js' own metrics it says that names have the unit in a place that it does not like
      const ofOurs = stderr.split('\n').filter((line) => line.startsWith('provisioner_'))
      expect([ofOurs, status === 0 || stderr !== '']).toEqual([[], true])
    }
  }, 180_000)

  it('says so when Redis is away, and is there again with it', async () => {
    const { world, producer } = await openWithServices()
    await world.redisServer.pause()

    await scrape(producer)
    const away = await scrape(producer)
    await world.redisServer.restart()
    const back = await scrape(producer)

    expect(valueOf(away, 'provisioner_ledger_up')).toBe(0)
    expect(valueOf(away, 'provisioner_held_changes')).toBeUndefined()
    expect(valueOf(away, 'provisioner_cycles_total')).toBeGreaterThanOrEqual(2)
    expect([valueOf(back, 'provisioner_held_changes'), valueOf(back, 'provisioner_ledger_up')]).toEqual([1, 1])
  })

  it('counts what goes out ahead of cycles, and cycles that fail', async () => {
    const world = owned.use(
      await openWorld({
        ldif: directoryOf(['ada', 'bob'].map((uid) => ({ uid, telephoneNumber: '1' }))),
        slapd: { overlays: ['syncprov'] },
        config: { schedule: { every: '12h', watch: '12h' } },
        producers: 0,
      }),
    )
    const producer = owned.use(await startService('producer', world))
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await world.cycle('changed entries')
    await world.settled()
    const ahead = await scrape(producer)
    await world.fault({ path: '/api/v2/', method: 'GET', kind: '500', times: 'always' })

    await expect(world.cycle('full cycle')).rejects.toThrow()
    const failed = await scrape(producer)

    const updates = { connection: 'staff', operation: 'update_user' }
    expect(valueOf(ahead, 'provisioner_changes_released_total', updates)).toBe(1)
    expect(valueOf(ahead, 'provisioner_cycles_total', { result: 'failed' })).toBeUndefined()
    expect(valueOf(failed, 'provisioner_cycles_total', { result: 'failed' })).toBe(1)
  })
})

/** In the order in which they are told; empty of what has no series yet. */
function labelsOf(...metrics: readonly (ScrapedMetric | undefined)[]): string {
  const all = new Set(metrics.flatMap((one) => one?.series.flatMap(({ labels }) => Object.keys(labels)) ?? []))
  return [...all].join(', ')
}
