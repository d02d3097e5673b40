import { stringify } from 'yaml'
import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../fixtures/cli.ts'
import { testConfig } from '../../fixtures/world-config.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const run = (args: readonly string[], env: Record<string, string> = {}, onTerminal = false) => {
  const nowhere = { bindDn: 'cn=reader', bindPassword: 'a-secret', zendeskUrl: 'http://127.0.0.1:1' }
  const yaml = stringify(testConfig({ redis: { url: server.url }, ldapUrl: 'ldap://127.0.0.1:1', ...nowhere }))
  return runCli({ yaml, env }, args, onTerminal ? { answer: '' } : {})
}

const COLOUR = '\u001B['
const TERMINAL = { TERM: 'xterm-256color' }

describe('colours', () => {
  it('are for a terminal', async () => {
    expect((await run(['status'], TERMINAL, true)).stdout).toContain(COLOUR)
    expect((await run(['status'], TERMINAL)).stdout).not.toContain(COLOUR)
  })

  it.each([
    ['--no-color', ['status', '--no-color'], {}],
    ['--no-color before the command', ['--no-color', 'status'], {}],
    ['NO_COLOR', ['status'], { NO_COLOR: '1' }],
  ])('are none with %s', async (_, args, env) => {
    const { stdout } = await run(args, { ...TERMINAL, ...env }, true)

    expect(stdout).toContain("Connection 'staff'")
    expect(stdout).not.toContain(COLOUR)
  })
})

/** All that can be asked for where nobody has worked yet, and nothing but Redis is there. */
const LINES: readonly (readonly [args: readonly string[], code: number, begins: object])[] = [
  [['status'], 4, { connection: 'staff', level: 'stopped' }],
  [['problems'], 0, { connection: 'staff', problems: [] }],
  [['held'], 0, { connection: 'staff', held: [] }],
  [['cycle', '--full'], 4, { connection: 'staff', full: true, runs: false }],
  [['sync'], 1, { connection: 'staff' }],
  [['approve'], 1, { connection: 'staff', verdict: 'approve', decided: 0, said: [expect.stringContaining('nothing')] }],
  [['pause', 'staff', '--removals'], 0, { account: 'acme', connection: 'staff', scope: 'removals', paused: true }],
  [['resume'], 0, { account: 'acme', connection: null, still: [] }],
  [['ledger', 'rebuild'], 1, { account: 'acme', removed: 0 }],
  [['ledger', 'rebuild', '--yes'], 0, { account: 'acme', removed: expect.any(Number) }],
]

describe('with --json', () => {
  it.each(LINES)('%j prints JSON and nothing else, and ends with %i', async (args, code, begins) => {
    const { code: ended, stdout } = await run([...args, '--json'])
    const lines = stdout.split('\n').filter(Boolean)

    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toMatchObject(begins)
    expect(ended).toBe(code)
  })

  it.each([
    [['status', 'nobody'], 2, 'CONNECTION_UNKNOWN'],
    [['ledger', 'import', 'nowhere.ledger'], 1, 'LEDGER_FILE'],
    [['ledger', 'export', '/tmp/none.ledger', '--force'], 1, 'LEDGER_FILE'],
    [['init'], 2, 'NOBODY_TO_ASK'],
  ])('%j says as JSON what kept it from its work', async (args, code, name) => {
    const { code: ended, stdout, stderr } = await run([...args, '--json'])
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } }

    expect(ended).toBe(code)
    expect(error.code).toContain(name)
    expect(stderr).toContain(`${error.code}: ${error.message}`)
  })
})
