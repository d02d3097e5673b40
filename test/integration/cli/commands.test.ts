import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLI_MAIN, runCli } from '../../fixtures/cli.ts'
import { testConfig } from '../../fixtures/world-config.ts'
import { STAFF } from '../../fixtures/staff.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

/** A configuration whose directory and Zendesk are nowhere: these commands need neither. */
function yamlWith(redisUrl: string): string {
  const nowhere = {
    ldapUrl: 'ldap://127.0.0.1:1',
    bindDn: 'cn=reader',
    bindPassword: '${env:LDAP_PASSWORD}',
    zendeskUrl: 'http://127.0.0.1:1',
  }
  return stringify(testConfig({ redis: { url: redisUrl }, ...nowhere })).replaceAll(
    /a-secret$/gm,
    '"${env:CLIENT_SECRET}"',
  )
}

const SECRETS = { CLIENT_SECRET: 'a-secret', LDAP_PASSWORD: 'another' }

/** Runs a command on the Redis of these tests, or another. */
const run = (args: readonly string[], { redisUrl = server.url, env = {} } = {}) =>
  runCli({ yaml: yamlWith(redisUrl), env: { ...SECRETS, ...env } }, args)

describe('a command', () => {
  // 4: nobody works here, which is what these two say.
  it.each([
    ['status', 4],
    ['problems', 0],
    ['held', 0],
    ['cycle', 4],
  ])('%s ends when its work is done, with %i', async (name, expected) => {
    const { code, stderr, lingeredMs } = await run([name])

    expect([code, stderr]).toEqual([expected, ''])
    expect(lingeredMs).toBeLessThan(1_000)
  })

  it.each([
    ['status', 4],
    ['cycle', 4],
    ['held', 1],
  ])('%s says that another version left a ledger in this Redis, and ends with %i', async (name, expected) => {
    const other = await startRedis()
    const redis = new Redis(other.url)
    await redis.set('zp:layout', '2')
    redis.disconnect()

    const { code, stdout, stderr } = await run([name], { redisUrl: other.url })
    await other.stop()

    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr).toMatch(/^LEDGER_LAYOUT: Redis has a ledger of layout 2, .* Empty this Redis.*\n$/)
  })

  it.concurrent.each([[['status']], [['cycle']], [['plan']], [['map', 'uid=ada']]])(
    '%s says in one line that Redis is away, and ends',
    async (args) => {
      const { code, stdout, stderr, lingeredMs } = await run(args, { redisUrl: 'redis://127.0.0.1:1' })

      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        "REDIS_UNREACHABLE: Redis at 127.0.0.1:1 can't be reached (ECONNREFUSED); start it, or correct redis.url\n",
      ])
      expect(lingeredMs).toBeLessThan(1_000)
    },
  )

  it('says what Redis refuses', async () => {
    await using full = await startRedis({ maxmemory: '1' })

    const { code, stderr } = await run(['cycle'], { redisUrl: full.url })

    expect([code, stderr]).toEqual([1, expect.stringMatching(/^REDIS_REFUSES: Redis at \S+ refuses: OOM .*\n$/)])
  })

  it('waits 5 s for a Redis that says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo // a TCP server's address is no path
    const startedAt = performance.now()

    const { code, stderr } = await run(['status'], { redisUrl: `redis://127.0.0.1:${port}` })
    silent.close()

    expect([code, stderr]).toEqual([1, expect.stringContaining("can't be reached (no answer within 5 s)")])
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  const EMPTY = /^TEXT_EMPTY: .*\n$/
  it.concurrent.each([
    [
      'a log level',
      ['status'],
      { LOG_LEVEL: 'loud' },
      /^ENVIRONMENT_INVALID: LOG_LEVEL is 'loud'; give one of trace,.*\n$/,
    ],
    ['a category', ['approve', '--only', 'foo'], {}, /^CATEGORY_UNKNOWN: --only 'foo' is no category.*\n$/],
    ['a text', ['approve', '--matching', ''], {}, /^TEXT_EMPTY: --matching is empty.*\n$/],
    ['a connection', ['status', 'nobody'], {}, /^CONNECTION_UNKNOWN: .*'nobody'; it has staff\n$/],
    [
      'a file',
      ['-c', '/nowhere.yaml', 'status'],
      {},
      /^.* found no such file; .*provisioner\.example\.yaml.* --config or PROVISIONER_CONFIG\n$/s,
    ],
    ['a folder', ['-c', '/tmp', 'status'], {}, /^.* has 1 mistake:\n.* can't be read \(EISDIR\); .*\n$/],
    ['a command', ['stauts'], {}, /^error: unknown command 'stauts'\n(.*\n)?\nUsage: provisioner /],
    ['a text after a connection', ['reject', 'staff', '--matching', ' '], {}, EMPTY],
    ['a name', ['map', ''], {}, /^TEXT_EMPTY: map names nobody.*\n$/],
    ['no text', ['undecide'], {}, /^error: required option '--matching <text>' not specified\n\nUsage: /],
    ['one argument too many', ['status', 'staff', 'other'], {}, /^error: too many arguments.*\n(.*\n)*$/],
    ['no command', [], {}, /^Usage: provisioner /],
    ['an option', ['status', '--yaml'], {}, /^error: unknown option '--yaml'\n\nUsage: provisioner status /],
    ['an entry', ['map'], {}, /^error: missing required argument 'who'\n\nUsage: provisioner map /],
    ['changes', ['undo'], {}, /^error: missing argument 'what': name changes .*\n\nUsage: provisioner undo /],
    ['a time', ['undo', '--user', 'ada'], {}, /^error: option '--user' needs '--since': .*\n\nUsage: /],
    ['a user', ['undo', '--since', '2d'], {}, /^error: option '--since' needs '--user': .*\n\nUsage: /],
    ['what is named twice', ['undo', '1', '--user', 'ada', '--since', '2d'], {}, /^error: .* not both\n\nUsage: /],
  ])('says in words what is wrong with %s', async (_what, args, env, words) => {
    const { code, stderr } = await run(args, { env })

    expect(code).toBe(2)
    expect(stderr).toMatch(words)
  })

  it('teaches by the usage and the example of the command, and of it alone', async () => {
    const whole = await run(['explain', '--json'])
    const below = await run(['ledger', 'export'])

    expect(whole).toMatchObject({
      stdout: '',
      stderr: [
        "error: missing required argument 'who'",
        '',
        'Usage: provisioner explain [options] <who>',
        'Example:',
        '  provisioner explain ada@acme.com',
        '',
        "'provisioner explain --help' says more.",
        '',
      ].join('\n'),
    })
    expect(below.stderr).toMatch(
      /^error: .*'file'\n\nUsage: provisioner ledger export .*\nExample:\n.*\n\n'provisioner ledger export --help' says/,
    )
  })

  it('takes an empty LOG_LEVEL for none', async () => {
    expect(await run(['status'], { env: { LOG_LEVEL: '' } })).toMatchObject({ code: 4, stderr: '' })
  })
})

describe('what a command prints', () => {
  let folder: string
  let config: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provisioner-cli-'))
    config = join(folder, 'provisioner.yaml')
    await writeFile(config, yamlWith(server.url))
    const redis = new Redis(server.url)
    const problem = { code: 'EMAIL_MISSING', subject: 'user', what: 'it has no address', todo: 'Add one' }
    const stored = Array.from({ length: 5_000 }, (_one, i) => [
      `k${i}`,
      JSON.stringify({ problem: { ...problem, id: `id-${i}` }, since: i, source: 'cycle' }),
    ])
    await redis.hset(connectionKeys(STAFF).problems, Object.fromEntries(stored) as Record<string, string>)
    redis.disconnect()
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Runs the command's line in a shell, and after it `then`. */
  const shell = (line: string) =>
    promisify(execFile)('bash', ['-c', line.replace('provisioner', `${process.execPath} ${CLI_MAIN} -c ${config}`)])

  it('may be read in part', async () => {
    const { stdout, stderr } = await shell('provisioner problems | head -n 1; echo ${PIPESTATUS[0]}')

    expect(stdout).toBe("Connection 'staff':\n0\n")
    expect(stderr).toBe('')
  })

  it('begins with the newest problem, below the connection', async () => {
    const { stdout } = await shell('provisioner problems | grep -A 1 "the newest first"')

    expect(stdout).toMatch(
      /^Connection 'staff': 5000 other problems, the newest first:\n.* EMAIL_MISSING {2}id-4999\n$/,
    )
  })

  it('and can not be written is told in one line', async () => {
    const { stdout, stderr } = await shell('provisioner problems > /dev/full; echo $?')

    expect([stdout, stderr]).toEqual(['1\n', 'Not written: ENOSPC: no space left on device, write\n'])
  })
})
