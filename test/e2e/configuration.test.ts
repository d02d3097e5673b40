import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

/** As people write one, and with a name in escaped bytes, as RFC 4515 has them. */
const FILTER = `
  (&
    (objectClass = inetOrgPerson)
    (| (cn=M\\c3\\bcller) (2.5.4.3=Ada*) )
    (! (employeeType=bot) )
  )
`

const BINS = {
  provisioner: 'producer',
  'provisioner-producer': 'producer',
  'provisioner-worker': 'worker',
  'provisioner-dashboard': 'dashboard',
} as const
type Bin = keyof typeof BINS
const SERVICES: Bin[] = ['provisioner-producer', 'provisioner-worker', 'provisioner-dashboard']

let world: World
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-configuration-'))
  world = await openWorld({
    ldif: directoryOf([
      { uid: 'mueller', cn: 'Müller' },
      { uid: 'ada', cn: 'Ada Lovelace' },
      { uid: 'robot', cn: 'Ada Robot', employeeType: 'bot' },
      { uid: 'bob', cn: 'Bob' },
    ]),
    config: {
      firstRun: 'approve',
      users: {
        locations: [{ base: 'ou=people,\n  dc=example,\n  dc=org', filter: FILTER }],
        map: { name: ['displayName', 'cn'], role: { byGroup: { [groupDn('agents')]: 'agent' }, default: 'end-user' } },
      },
    },
    workers: 0,
  })
  await world.cycle()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** The world's configuration with references in place of its secrets. */
function withoutSecrets(): string {
  return world.yaml
    .replace(/clientSecret: .*/, 'clientSecret: ${env:ZENDESK_CLIENT_SECRET}')
    .replace(/bindPassword: .*/, 'bindPassword: ${file:/nowhere/password}')
}

/** Starts a program as README tells people to, in the folder with the files that are given. */
async function start(
  bin: Bin,
  {
    files = {},
    args = [],
    env = {},
    preload = [],
  }: { files?: Record<string, string>; args?: string[]; env?: Record<string, string>; preload?: string[] },
) {
  const home = await mkdtemp(join(folder, 'home-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content)
  const program = fileURLToPath(new URL(`../../packages/${BINS[bin]}/bin/${bin}.mjs`, import.meta.url))
  const child = spawn(process.execPath, [...preload, program, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], HEALTH_PORT: '0', HEALTH_HOST: '127.0.0.1', DASHBOARD_PORT: '0', ...env },
  })
  return { child, exited: once(child, 'exit').then(([code]) => code as number | null) }
}

async function run(...given: Parameters<typeof start>) {
  const { child, exited } = await start(...given)
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { stdout, stderr, code }
}

describe('A configuration', () => {
  it('may break its filters and DNs into lines, and name people by escaped bytes', async () => {
    const { plan } = await world.ledger.firstRun()

    expect(plan?.changes).toEqual({ 'create user': 2 })
  })

  it('needs no secrets but those of Redis for what looks at the ledger and decides', async () => {
    const bare = { yaml: withoutSecrets(), env: {} }

    const runs = await Promise.all([['status'], ['held'], ['problems'], ['cycle']].map((args) => runCli(bare, args)))
    const looked = await Promise.all([['plan'], ['approve', '--matching', 'ada']].map((args) => runCli(bare, args)))
    const approved = await runCli(bare, ['approve', 'staff'])

    // No worker runs here, which `status` ends with.
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([4, 0, 0, 0].map((code) => [code, '']))
    for (const { code, stderr } of looked) {
      expect(stderr).toMatch(/has 2 mistakes:\n.*ZENDESK_CLIENT_SECRET.*\n.*\/nowhere\/password}, which does not exist/)
      expect(code).toBe(2)
    }
    expect([approved.code, approved.stdout]).toEqual([0, expect.stringContaining('the first plan')])
  })
})

describe('A program', () => {
  it.each(Object.keys(BINS) as Bin[])('%s says which Node.js it needs on one that is too old', async (bin) => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"

    const { code, stderr } = await run(bin, {
      preload: ['--import', `data:text/javascript,${encodeURIComponent(old)}`],
    })

    expect(stderr).toMatch(/^This needs Node\.js 24 or later; .* is 20\.20\.2\. README\.md says how to get it\.\n$/)
    expect(code).toBe(1)
  })

  it.each(Object.keys(BINS) as Bin[])('%s ends with 2 and the line of a mistake in the file', async (bin) => {
    const yaml = world.yaml.replace('id: staff', 'id: Staff')

    const { code, stderr } = await run(bin, {
      files: { 'provisioner.yaml': yaml },
      args: bin === 'provisioner' ? ['status'] : [],
    })

    expect(stderr).toMatch(
      /^provisioner\.yaml has 1 mistake:\n {2}provisioner\.yaml:\d+:\d+ {2}connections\[0\]\.id: found 'Staff'; .*\n$/,
    )
    expect(code).toBe(2)
  })

  it('ends with 2 for a mapping that can never work, before anything is asked of anybody', async () => {
    const files = { 'provisioner.yaml': world.yaml.replace('default: end-user', 'default: enduser') }

    const runs = await Promise.all([
      run('provisioner-producer', { files }),
      run('provisioner', { files, args: ['plan'] }),
    ])

    for (const { code, stderr } of runs) {
      expect(stderr).toMatch(
        /provisioner\.yaml:\d+:\d+ {2}connections\[0\]\.users\.map\.role\.default: .*'enduser' is none of/,
      )
      expect(code).toBe(2)
    }
  })

  it.each(SERVICES)('%s takes what .env says', async (bin) => {
    const yaml = world.yaml.replace(/url: redis:.*/, 'url: ${env:REDIS_URL}')
    const { child, exited } = await start(bin, {
      files: { 'provisioner.yaml': yaml, '.env': `REDIS_URL="${world.redisServer.url}"\nLOG_LEVEL=silent\n` },
      env: { LOG_LEVEL: 'info' },
    })
    let log = ''
    for await (const chunk of child.stdout) if (/"msg":"(Dashboard s|S)tarted"/.test((log += String(chunk)))) break
    child.kill('SIGTERM')

    expect(await exited).toBe(0)
    expect(log.includes('A secret stands in the configuration in plain text')).toBe(bin !== 'provisioner-dashboard')
    expect(log).not.toContain('a-secret')
  })

  it.each(Object.keys(BINS) as Bin[])('%s ends with 2 and the lines of .env that nobody can read', async (bin) => {
    const { code, stderr } = await run(bin, {
      files: { 'provisioner.yaml': world.yaml, '.env': '# ours\nLDAP_PASSWORD: hunter22\nLOG_LEVEL=info\nbroken\n' },
      args: bin === 'provisioner' ? ['status'] : [],
    })

    expect(stderr).toMatch(
      /has 2 lines that nobody can read:\n {2}\S+\.env:2 {2}is no NAME=value; .*\n {2}\S+\.env:4 {2}.*\n$/,
    )
    expect(stderr).not.toContain('hunter22')
    expect(code).toBe(2)
  })

  it.each(SERVICES)('%s tells its version and its settings, and refuses all other arguments', async (bin) => {
    const files = { 'provisioner.yaml': world.yaml }

    const [version, help, config, two] = await Promise.all(
      [['--version'], ['--help'], ['--config', '/etc/x.yaml'], ['--version', 'now']].map((args) =>
        run(bin, { files, args }),
      ),
    )

    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
    expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: .*PROVISIONER_CONFIG/s), stderr: '' })
    expect(config).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("no argument '--config'") })
    expect(two).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("no argument 'now'") })
  })

  it.each(SERVICES)('%s without a configuration says what it takes, and how to begin', async (bin) => {
    const { code, stderr } = await run(bin, {})

    expect(stderr).toMatch(/no such file; .*provisioner\.example\.yaml.* with PROVISIONER_CONFIG in the environment\n$/)
    expect(stderr).not.toContain('--config')
    expect(code).toBe(2)
  })

  it('provisioner takes what .env says, and tells its version', async () => {
    const yaml = world.yaml.replace(/url: redis:.*/, 'url: ${env:REDIS_URL}')
    const files = { 'provisioner.yaml': yaml, '.env': `REDIS_URL=${world.redisServer.url}\n` }

    const [status, version] = await Promise.all([
      run('provisioner', { files, args: ['status'] }),
      run('provisioner', { args: ['--version'] }),
    ])

    expect([status.code, status.stdout]).toEqual([4, expect.stringContaining("Connection 'staff'")])
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
