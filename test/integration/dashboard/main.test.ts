import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const MAIN = fileURLToPath(import.meta.resolve('@provisioner/dashboard/main.ts'))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-dashboard-'))
  const config = [
    'redis: { url: "${env:REDIS_URL}" }',
    'connections: [{ id: staff, account: acme, directory: { bindPassword: "${env:LDAP_PASSWORD}" } }]',
  ]
  await writeFile(join(folder, 'provisioner.yaml'), config.join('\n'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Port 1 is nobody's: the dashboard waits for Redis. */
const run = (env: Record<string, string>) =>
  spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: {
      PROVISIONER_CONFIG: join(folder, 'provisioner.yaml'),
      REDIS_URL: 'redis://127.0.0.1:1',
      DASHBOARD_PORT: '0',
      ...env,
    },
  })

it('starts without the secrets of the directory and of Zendesk, and stops when told', async () => {
  const dashboard = run({})
  const exited = once(dashboard, 'exit')
  try {
    let log = ''
    for await (const chunk of dashboard.stdout) if ((log += String(chunk)).includes('Dashboard started')) break
    const { url } = JSON.parse(log.split('\n').find((line) => line.includes('Dashboard started')) ?? '{}') as {
      url: string
    }

    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'not ready' })
  } finally {
    dashboard.kill('SIGTERM')
  }
  expect(await exited).toEqual([0, null])
})

it.each([
  [
    'it would be open to other machines',
    { DASHBOARD_HOST: '0.0.0.0' },
    /^The dashboard will not listen on 0\.0\.0\.0 without a login: set DASHBOARD_OPERATOR.*\n$/,
  ],
  [
    'it does not know where Redis is',
    { REDIS_URL: '' },
    /redis\.url: found \$\{env:REDIS_URL\}, which is empty; allowed: set the environment variable REDIS_URL, or write it into \.env\n$/,
  ],
  ['there is no configuration', { PROVISIONER_CONFIG: '/nowhere.yaml' }, /found no such file/],
])('says in words why it does not start when %s', async (_, env, message) => {
  const dashboard = run(env)
  const [error, [code]] = await Promise.all([text(dashboard.stderr), once(dashboard, 'exit')])

  expect(error).toMatch(message)
  expect(code).toBe(2)
})
