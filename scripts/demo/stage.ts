import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { companyConfig } from '../../packages/sandbox/src/company/company-config.ts'
import { sampleCompany, type SampleCompany } from '../../packages/sandbox/src/company/sample-company.ts'
import { freePort } from '../../packages/sandbox/src/servers/free-port.ts'
import { startRedis } from '../../packages/sandbox/src/servers/redis.ts'
import { startSlapd, type SlapdServer } from '../../packages/sandbox/src/servers/slapd.ts'
import { startZendeskSandbox, type ZendeskSandbox } from '../../packages/sandbox/src/zendesk-account/start-sandbox.ts'
import type { Reports } from './keep-running.ts'
import { runCli, startService, writeCommand } from './service.ts'

/**
 * How many times faster than Zendesk the sandbox carries bulk writes out. Its request limits are those of real time.
 */
const CLOCK = 4

/** Everything that the demo runs: real servers, and the product's own processes. */
export interface Stage extends AsyncDisposable {
  readonly company: SampleCompany
  readonly slapd: SlapdServer
  readonly sandbox: ZendeskSandbox
  readonly dashboardUrl: string
  /** The path of a `provisioner` that works on this stage, as long as it stands. */
  readonly command: string
  /** Runs `provisioner …` and returns what it prints. @throws when it fails */
  cli(...args: string[]): Promise<string>
}

/**
 * Starts the servers, then a producer, two workers and the dashboard, and keeps these running. `say` is told what is
 * up, `restarted` as in {@link Reports}, `died` when the demo cannot go on: a server has ended, or a process keeps
 * failing.
 */
export async function setStage({
  say,
  restarted,
  died,
  signal,
}: {
  say: (line: string) => void
  restarted: Reports['restarted']
  died: (words: string) => void
  signal: AbortSignal
}): Promise<Stage> {
  const owned = new AsyncDisposableStack()
  let closing = false
  try {
    const company = sampleCompany()
    const watch = (name: string, { ended }: { ended: Promise<string> }) =>
      void ended.then((how) => signal.aborted || closing || died(`${name} ended (${how}), and the demo with it`))
    const redis = owned.use(await startRedis({ appendonly: true }))
    watch('Redis', redis)
    say(`Redis                ${redis.url}`)
    const slapd = owned.use(await startSlapd({ suffix: company.suffix, ldif: company.ldif, overlays: ['syncprov'] }))
    watch('The directory (slapd)', slapd)
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
      PROVISIONER_DATA: folder,
      PROVISIONER_CONFIG: config,
      REDIS_URL: redis.url,
      LDAP_PASSWORD: slapd.readerPassword,
      ZENDESK_CLIENT_ID: sandbox.credentials.clientId,
      ZENDESK_CLIENT_SECRET: sandbox.credentials.clientSecret,
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: '0',
      DASHBOARD_PORT: String(dashboardPort),
      // no login, whatever an .env of this folder says
      DASHBOARD_OPERATOR: '',
      DASHBOARD_VIEWER: '',
      LOG_LEVEL: 'info',
    }
    const services = ['producer', 'worker', 'worker', 'dashboard'].map((name) =>
      startService(name, env, { restarted, gaveUp: died, signal }),
    )
    owned.defer(async () => void (await Promise.all(services.map((service) => service.stop()))))
    say(`Product              a producer, two workers, the dashboard`)
    const command = join(folder, 'provisioner')
    await writeCommand(command, env)
    say(`Command line         ${command} status`)
    return {
      company,
      slapd,
      sandbox,
      dashboardUrl: `http://127.0.0.1:${dashboardPort}`,
      command,
      cli: (...args) => runCli(env, args),
      async [Symbol.asyncDispose]() {
        closing = true
        await owned.disposeAsync()
      },
    }
  } catch (error) {
    closing = true
    await owned.disposeAsync()
    throw error
  }
}
