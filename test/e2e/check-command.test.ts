import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const SECRETS = { LDAP_PASSWORD: '', CLIENT_SECRET: 'a-secret' }

/** A world that is in sync, and whose producer and workers have stopped. */
let world: World
let yaml: string
beforeAll(async () => {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'ada', telephoneNumber: '7' }, { uid: 'ben' }], { agents: ['ada'], 'zd-a': ['ada'] }),
    redis: { appendonly: true },
  })
  await world.step()
  await world.stopProduct()
  SECRETS.LDAP_PASSWORD = world.slapd.readerPassword
  yaml = world.yaml
    .replace(world.slapd.readerPassword, '"${env:LDAP_PASSWORD}"')
    .replace('clientSecret: a-secret', 'clientSecret: "${env:CLIENT_SECRET}"')
})
afterAll(() => world?.[Symbol.asyncDispose]())

const BEGUN = 'Testing configuration, directory, Zendesk and Redis …\n'
const check = (args: readonly string[] = [], { text = yaml, env = {} } = {}) =>
  runCli({ yaml: text, env: { ...SECRETS, ...env } }, ['check', ...args])

describe('provisioner check', () => {
  it('finds everything as it should be, ends with 0, writes nothing and tells no secret', async () => {
    const before = await redisContent(world.redis)
    const asked = world.sandbox.requests.length
    const text = await check()
    const json = await check(['staff', '--json'])
    const requests = world.sandbox.requests.slice(asked).map(({ method, path }) => `${method} ${path}`)

    expect([text.code, text.stderr, json.stderr]).toEqual([0, BEGUN, ''])
    expect(text.stdout).toMatch(/^Configuration .*\n {2}✓ file .*1 connection/)
    expect(text.stdout).toMatch(/\n\nAll is as it should be\. Nothing was written; next: provisioner plan\n$/)
    expect(text.stdout).not.toMatch(/✗|!/)
    expect(JSON.parse(json.stdout)).toMatchObject({
      code: 0,
      parts: [
        { part: 'configuration' },
        { part: 'directory', of: 'staff' },
        { part: 'zendesk', of: 'acme' },
        { part: 'redis' },
      ],
    })
    expect(requests.filter((one) => !one.startsWith('GET '))).toEqual(['POST /oauth/tokens', 'POST /oauth/tokens'])
    expect(before.size).toBeGreaterThan(20)
    expect(await writtenSince(world.redis, before)).toEqual([])
    for (const secret of Object.values(SECRETS)) expect(text.stdout + json.stdout).not.toContain(secret)
  })

  it('ends with 1 where something is wrong, and shows each part all the same', async () => {
    const away = yaml.replaceAll(/(redis|ldap):\/\/127\.0\.0\.1:\d+/g, '$1://127.0.0.1:1')
    const { code, stdout, stderr } = await check([], { text: away, env: { CLIENT_SECRET: 'wrong-secret' } })

    expect([code, stderr]).toEqual([1, BEGUN])
    expect(stdout.match(/^ {2}✗ (\S+)/gm)).toEqual(['  ✗ server', '  ✗ sign-in', '  ✗ connection'])
    expect(stdout).toMatch(/3 to correct \(✗\)/)
    expect(stdout).not.toContain('wrong-secret')
  })

  it('ends with 2 where the configuration can’t work, with each mistake and its line', async () => {
    const broken = yaml.replace('bindDn:', 'bindDN:')
    const { code, stdout } = await check([], { text: broken })
    const json = await check(['--json'], { text: broken })

    expect(code).toBe(2)
    expect(stdout).toMatch(/✗ line \d+:\d+ .*bindDN/)
    expect(json.code).toBe(2)
    expect(JSON.parse(json.stdout)).toMatchObject({ code: 2, parts: [{ part: 'configuration' }] })
  })

  it('ends with 2 for a secret that is not there, a connection that is not there, and a deadline that is none', async () => {
    const [secret, connection, deadline] = [
      await check([], { env: { CLIENT_SECRET: undefined } }),
      await check(['nobody']),
      await check(['--deadline', 'soon']),
    ]

    expect([secret.code, connection.code, deadline.code]).toEqual([2, 2, 2])
    expect(secret.stdout).toMatch(/✗ line .*clientSecret.*CLIENT_SECRET/)
    expect(connection.stderr).toMatch(/^CONNECTION_UNKNOWN: .*it has staff/m)
    expect(deadline.stderr).toMatch(/Give a duration such as 30s/)
  })

  it('says that the clocks of Redis and of this machine differ', async () => {
    const shifted = new URL('../fixtures/shifted-clock.ts?ms=60000', import.meta.url)
    const { stdout, code } = await check([], { env: { NODE_OPTIONS: `--import=${shifted.href}` } })

    expect(stdout).toMatch(/! clock +Its clock is 60 s behind this machine's.*\n +→ Set both by NTP/)
    expect(code).toBe(0)
  })

  it('paints its signs on a terminal', async () => {
    const { stdout } = await runCli({ yaml, env: { ...SECRETS, TERM: 'xterm' } }, ['check'], { answer: '' })

    expect(stdout).toContain('\u001B[32m✓')
  })
})
