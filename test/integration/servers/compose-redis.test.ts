import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ensurePrograms } from '@provisioner/sandbox/servers/ensure-programs.ts'
import { freePort } from '@provisioner/sandbox/servers/free-port.ts'
import { resolveSecrets } from '@provisioner/shared/config/secrets.ts'

const SCRIPT = fileURLToPath(new URL('../../../compose/start-redis.sh', import.meta.url))
const COMPOSE = new URL('../../../docker-compose.yml', import.meta.url)

let access: string
let data: string
let running: ChildProcess | undefined
beforeAll(async () => {
  await ensurePrograms(['redis-server'])
  access = await mkdtemp(join(tmpdir(), 'provisioner-access-'))
  data = await mkdtemp(join(tmpdir(), 'provisioner-data-'))
})
afterAll(async () => {
  running?.kill('SIGKILL')
  for (const folder of [access, data]) await rm(folder, { recursive: true, force: true })
})

/** Starts Redis as compose does, but for its addresses; returns the address that the services are told. */
async function start(): Promise<string> {
  if (running) {
    running.kill('SIGTERM')
    await once(running, 'exit')
  }
  const port = String(await freePort())
  const options = ['--port', port, '--bind', '127.0.0.1', '--appendonly', 'yes']
  running = spawn('sh', [SCRIPT, access, data, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of running.stdout!) if (String(line).includes('Ready to accept connections')) break
  const { value } = resolveSecrets('${env:REDIS_URL}', { REDIS_URL_FILE: join(access, 'url') })
  return String(value).replace('@redis:6379', `@127.0.0.1:${port}`)
}

it('compose’s Redis takes nobody without its password, which it makes once and keeps', async () => {
  const url = await start()
  const service = new Redis(url)
  await service.set('kept', '1')

  const guest = new Redis(url.replace(/:\/\/.*@/, '://'), { retryStrategy: null })
  const [refused] = (await once(guest, 'error')) as [Error]
  guest.disconnect()
  service.disconnect()
  const again = await start()
  const later = new Redis(again)

  expect(refused.message).toContain('NOAUTH')
  expect(await later.get('kept')).toBe('1')
  expect(new URL(again).password).toBe(new URL(url).password)
  expect(new URL(url).password).toMatch(/^[0-9a-f]{64}$/)
  expect((await stat(join(access, 'password'))).mode & 0o077).toBe(0)
  later.disconnect()
})

it('every service of compose that needs Redis finds its address there, and none has another', async () => {
  const { services } = parse(await readFile(COMPOSE, 'utf8'), { merge: true }) as {
    services: Record<string, { image?: string; environment?: Record<string, string>; volumes?: string[] }>
  }

  for (const name of ['producer', 'worker', 'dashboard']) {
    expect(services[name]?.environment).toMatchObject({ REDIS_URL_FILE: '/run/redis/url' })
    expect(services[name]?.environment).not.toHaveProperty('REDIS_URL')
    expect(services[name]?.volumes).toContain('redis-access:/run/redis:ro')
  }
  expect(services['redis']).toMatchObject({ image: '${REDIS_IMAGE:-valkey/valkey:8}' })
  for (const name of ['directory', 'zendesk']) expect(services[name]?.volumes ?? []).toEqual([])
})
