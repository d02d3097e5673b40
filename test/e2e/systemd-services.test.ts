import { once } from 'node:events'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@provisioner/sandbox/servers/free-port.ts'
import { spawnTied } from '@provisioner/sandbox/servers/server-process.ts'
import { afterEach, expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { environmentOf, readUnit, ROOT, UNITS } from '../fixtures/systemd-unit.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const owned = new AsyncDisposableStack()
let world: World
afterEach(() => owned.disposeAsync())

/** Starts what a unit starts, with the environment that it gives: all that systemd does but shutting it in. */
function startUnit(file: string, folder: string, secrets: Readonly<Record<string, string>>, port: number) {
  const unit = readUnit(file, {
    '/opt/provisioner': ROOT,
    '/usr/bin/node': process.execPath,
    '/etc/provisioner': folder,
    '%S': folder,
    '%i': String(port),
  })
  const [program = '', ...args] = unit.one('ExecStart').split(' ')
  // Ports of the test's own, where the unit has the usual ones.
  const own = { HEALTH_PORT: String(port), DASHBOARD_PORT: String(port) }
  const env = { ...environmentOf(unit), ...secrets, ...own }
  const child = spawnTied(program, args, { cwd: unit.one('WorkingDirectory'), env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { port, ended, stop: () => child.kill('SIGTERM'), output: () => output }
}

it('the units’ services bring somebody to Zendesk, say that they are ready, and stop when they are told', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), producers: 0, workers: 0 })
  owned.use(world)
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-units-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'provisioner'))
  const secrets = { LDAP_PASSWORD: world.slapd.readerPassword, LOG_LEVEL: 'info' }
  const yaml = world.yaml.replaceAll(/^(\s*bindPassword:).*$/gm, '$1 "${env:LDAP_PASSWORD}"')
  await writeFile(join(folder, 'provisioner.yaml'), yaml)

  const services = await Promise.all(
    Object.values(UNITS).map(async (file) => startUnit(file, folder, secrets, await freePort())),
  )
  owned.defer(() => services.forEach((one) => one.stop()))

  const said = () => services.map(({ output }) => output().slice(-2_000)).join('\n')
  await until(async () => (await world.zendesk.users()).some(({ email }) => email === 'ada@example.org'), 240_000, said)
  for (const { port } of services)
    await until(
      async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true,
      60_000,
      said,
    )

  for (const one of services) one.stop()

  expect(yaml).toContain('${env:LDAP_PASSWORD}')
  expect(await Promise.all(services.map(({ ended }) => ended))).toEqual([0, 0, 0])
}, 600_000)
