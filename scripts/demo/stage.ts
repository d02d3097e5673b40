import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { companyConfig } from '../../packages/sandbox/src/company/company-config.ts'
import { sampleCompany, type SampleCompany } from '../../packages/sandbox/src/company/sample-company.ts'
import { freePort } from '../../packages/sandbox/src/servers/free-port.ts'
import { startRedis } from '../../packages/sandbox/src/servers/redis.ts'
import { startSlapd, type SlapdServer } from '../../packages/sandbox/src/servers/slapd.ts'
import { startZendeskSandbox, type ZendeskSandbox } from '../../packages/sandbox/src/zendesk-account/start-sandbox.ts'

/** How many times faster than Zendesk the sandbox carries bulk writes out. Its request limits are those of real time. */
const CLOCK = 4

/** Everything that the demo runs: real servers, and the product's own processes. */
export interface Stage extends AsyncDisposable {
  readonly company: SampleCompany
  readonly slapd: SlapdServer
  readonly sandbox: ZendeskSandbox
  readonly dashboardUrl: string
  /** Runs `provisioner …` and returns what it prints. @throws when it fails */
  cli(...args: string[]): Promise<string>
}

/**
 * Starts the servers, then a producer, two workers and the dashboard. `say` is told what is up, `died` the last words of a
 * process of the product that ends although nobody stops it.
 */
export async function setStage({
  say,
  died,
  signal,
}: {
  say: (line: string) => void
  died: (words: string) => void
  signal: AbortSignal
}): Promise<Stage> {
  const owned = new AsyncDisposableStack()
  try {
    const company = sampleCompany()
    const redis = owned.use(await startRedis({ appendonly: true }))
    say(`Redis                ${redis.url}`)
    const slapd = owned.use(await startSlapd({ suffix: company.suffix, ldif: company.ldif }))
    say(
      `Directory            ${slapd.url}   ${company.name}: ${company.people.length} people, ${company.groups.length} groups`,
    )
    const sandbox = owned.use(
      await startZendeskSandbox({
        plan: 'enterprise',
        clock: CLOCK,
        bulkImport: true,
        before: { ...company.zendeskBefore },
      }),
    )
    say(
      `Zendesk sandbox      ${sandbox.url}   ${company.zendeskBefore.users.length} users and ${company.zendeskBefore.groups.length} groups are there already`,
    )

    const folder = await mkdtemp(join(tmpdir(), 'provisioner-demo-'))
    owned.defer(() => rm(folder, { recursive: true, force: true }))
    const config = join(folder, 'provisioner.yaml')
    await writeFile(
      config,
      companyConfig({
        ldapUrl: slapd.url,
        bindDn: slapd.readerDn,
        zendeskUrl: sandbox.url,
        every: '4s',
        membershipAudit: '5s',
      }),
    )
    const dashboardPort = await freePort()
    const env = {
      PATH: process.env['PATH'],
      PROVISIONER_CONFIG: config,
      REDIS_URL: redis.url,
      LDAP_PASSWORD: slapd.readerPassword,
      ZENDESK_CLIENT_ID: sandbox.credentials.clientId,
      ZENDESK_CLIENT_SECRET: sandbox.credentials.clientSecret,
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: '0',
      DASHBOARD_PORT: String(dashboardPort),
      LOG_LEVEL: 'info',
    }
    for (const name of ['producer', 'worker', 'worker', 'dashboard'])
      owned.use(startService(name, env, { died, signal }))
    say(`Product              a producer, two workers, the dashboard`)
    return {
      company,
      slapd,
      sandbox,
      dashboardUrl: `http://127.0.0.1:${dashboardPort}`,
      cli: (...args) => runCli(env, args),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    }
  } catch (error) {
    await owned.disposeAsync()
    throw error
  }
}

function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
}

/** Starts one of the product's processes. A Ctrl-C reaches it too: it may be gone before it is stopped. */
function startService(
  name: string,
  env: NodeJS.ProcessEnv,
  { died, signal }: { died: (words: string) => void; signal: AbortSignal },
): AsyncDisposable {
  const child = spawn(process.execPath, [packageFile(`${name}/src/main.ts`)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      lines.push(...chunk.toString().split('\n').filter(Boolean))
      lines.splice(0, lines.length - 20)
    })
  let stopping = false
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.once('exit', (code) => {
    if (!stopping && !signal.aborted)
      died(`The ${name} ended by itself (exit code ${code}). Its last words:\n${lines.join('\n')}`)
  })
  return { [Symbol.asyncDispose]: () => stop(child, ended, () => (stopping = true)) }
}

async function stop(child: ChildProcess, ended: Promise<void>, begin: () => void): Promise<void> {
  begin()
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(late)
}

function runCli(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [packageFile('producer/src/cli/main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  let trouble = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`provisioner ${args.join(' ')}: ${trouble || text}`)),
    )
  })
}
