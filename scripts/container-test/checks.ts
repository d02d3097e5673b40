import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from './engine.ts'

const SERVICES = ['redis', 'producer', 'worker', 'dashboard', 'directory', 'zendesk'] as const
const CLI = ['exec', '-T', 'producer', 'node', 'packages/producer/bin/provisioner.mjs']
/** Ends well although it may have something to tell: its codes from 3 on. */
const STATUS = ['exec', '-T', 'producer', 'sh', '-c', `${CLI.slice(3).join(' ')} status --json || [ $? -ge 3 ]`]

/** One thing that has to hold, with how long it may take to. */
export interface Check {
  readonly name: string
  run(engine: Engine): Promise<void>
}

/** In this order: each builds on the one before. */
export const CHECKS: readonly Check[] = [
  {
    name: 'starts with three workers, and every service becomes healthy',
    run: async (engine) => {
      await engine.compose('up', '-d', '--no-build', '--scale', 'worker=3')
      await until('every container is healthy', 90_000, async () => {
        const states = await inspect(engine, [...SERVICES], '{{.State.Health.Status}}')
        return states.length === 8 && states.every((state) => state === 'healthy')
      })
    },
  },
  {
    name: 'runs nothing as root',
    run: async (engine) => {
      for (const service of SERVICES) {
        // Redis' own process; for the others whoever compose starts
        const script =
          service === 'redis'
            ? 'stat -c %U /proc/[0-9]*/exe 2>/dev/null | sort -u; grep -h ^Uid /proc/1/status'
            : 'grep -h ^Uid /proc/self/status'
        const text = await engine.compose('exec', '-T', service, 'sh', '-c', script)
        const uid = /^Uid:\s+(\d+)/m.exec(text)?.[1]
        if (uid === undefined || uid === '0') throw new Error(`${service} runs as uid ${uid}`)
      }
    },
  },
  {
    name: 'has a Redis that takes nobody without its password',
    run: async (engine) => {
      const text = await engine.compose(
        'exec',
        '-T',
        'redis',
        'sh',
        '-c',
        `$(command -v valkey-cli || echo redis-cli) keys '*'`,
      )
      if (!text.includes('NOAUTH')) throw new Error(`Redis answers anybody: ${text}`)
    },
  },
  {
    name: 'has a first plan that waits for approval',
    run: (engine) =>
      until('the first plan waits', 60_000, async () =>
        (await engine.compose(...CLI, 'held', '--json')).includes('"firstPlan":{'),
      ),
  },
  {
    name: 'ends in sync although a worker is killed in mid-load',
    run: async (engine) => {
      await engine.compose(...CLI, 'approve', 'staff')
      await until(
        'the load is under way',
        30_000,
        async () => Number(/"pending":(\d+)/.exec(await engine.compose(...STATUS))?.[1]) > 0,
      )
      const [victim] = (await engine.compose('ps', '-q', 'worker')).trim().split('\n')
      await engine.docker('kill', '--signal', 'KILL', victim!)
      await until('directory and Zendesk are in sync', 180_000, () => isInSync(engine))
    },
  },
  {
    name: 'goes on with five workers, and stops gracefully',
    run: async (engine) => {
      await engine.compose('up', '-d', '--no-build', '--scale', 'worker=5')
      await until('five workers are healthy', 60_000, async () => {
        const states = await inspect(engine, ['worker'], '{{.State.Health.Status}}')
        return states.length === 5 && states.every((state) => state === 'healthy')
      })
      await engine.compose('stop', 'worker', 'producer', 'dashboard')
      const codes = await inspect(engine, ['producer', 'dashboard'], '{{.State.ExitCode}}')
      if (codes.some((code) => code !== '0')) throw new Error(`Exit codes after stop: ${codes.join(', ')}`)
    },
  },
]

/** Compares in the directory's container, which has `ldapsearch`; nothing of the product is used. */
async function isInSync(engine: Engine): Promise<boolean> {
  const settings = {
    LDAP_URL: 'ldap://127.0.0.1:1389',
    LDAP_BIND_DN: 'cn=admin,dc=example,dc=org',
    LDAP_PASSWORD: 'sandbox-admin',
    ZENDESK_URL: 'https://zendesk:8443',
    ZENDESK_CLIENT_ID: 'provisioner',
    ZENDESK_CLIENT_SECRET: 'sandbox-secret',
    NODE_EXTRA_CA_CERTS: '/app/compose/zendesk-sandbox.pem',
  }
  const env = Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  try {
    const text = await engine.compose('exec', '-T', ...env, 'directory', 'node', 'scripts/compare.ts')
    process.stdout.write(`    ${text.trim().split('\n').at(-1)}\n`)
    return true
  } catch {
    return false
  }
}

async function inspect(engine: Engine, services: readonly string[], format: string): Promise<string[]> {
  const ids = (await engine.compose('ps', '-a', '-q', ...services).catch(() => engine.compose('ps', '-q', ...services)))
    .trim()
    .split('\n')
    .filter(Boolean)
  return ids.length === 0 ? [] : (await engine.docker('inspect', '--format', format, ...ids)).trim().split('\n')
}

async function until(what: string, withinMs: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs
  let reason = ''
  while (!(await condition().catch((error: unknown) => ((reason = String(error)), false)))) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what} ${reason}`)
    await sleep(1_000)
  }
}
