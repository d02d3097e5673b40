import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { readinessOf, startService } from '../fixtures/service-process.ts'
import { openSmallDisk } from '../fixtures/small-disk.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

it('a full log disk stops neither producer nor worker, shows, and costs no line that there is room for later', async (context) => {
  const disk = await openSmallDisk()
  if (!disk) return context.skip('needs a user who may mount a file system')
  owned.use(disk)
  const world = owned.use(
    await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      redis: { appendonly: true },
      producers: 0,
      workers: 0,
      config: { schedule: { every: '1s' } },
    }),
  )
  const logOf = (name: string) => join(disk.folder, `${name}.log`)
  const start = (name: 'producer' | 'worker') => startService(name, world, { logFile: logOf(name) })
  const producer = owned.use(await start('producer'))
  const worker = owned.use(await start('worker'))
  const ready = [producer, worker].map(readinessOf)
  const readiness = () => Promise.all(ready.map((ask) => ask()))
  const created = (count: number) =>
    until(
      async () => (await world.zendesk.users()).length === count,
      20_000,
      async () => JSON.stringify(await readiness()),
    )
  await created(1)

  await disk.fill(logOf('producer'), logOf('worker'))
  await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob' }))
  await created(2)
  await until(
    async () => (await readiness()).every(([, body]) => body.includes('degraded')),
    20_000,
    async () => JSON.stringify(await readiness()),
  )
  const full = await readiness()
  producer.kill('SIGTERM')
  const stopped = await producer.ended
  await disk.makeRoom()
  await until(
    async () => !(await ready[1]!())[1].includes('The log'),
    5_000,
    async () => (await ready[1]!())[1],
  )

  for (const [status, body] of full) {
    expect(status).toBe(200)
    expect(body).toMatch(/"status":"degraded".*The log can't be written: ENOSPC.*Its lines wait until there is room/)
  }
  expect(stopped).toBe(0)
  const audited = worker.output.map((line) => JSON.parse(line) as { audit?: true; what?: string })
  expect(audited.filter(({ audit }) => audit).map(({ what }) => what)).toEqual(['ada@example.org', 'bob@example.org'])
}, 90_000)
