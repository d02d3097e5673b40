import { describe, expect, it } from 'vitest'
import { parseConfig } from './config/load-config.ts'
import { redisSecrets, secretsOf } from './config/config-secrets.ts'
import { ProvisioningError } from './errors.ts'
import { errorWithoutSecrets, learnSecret, learnToken, withoutSecrets } from './known-secrets.ts'
import { createLogger } from './logger.ts'
import { withoutSecretsIn } from './problem.ts'

const SECRET = 's3"cr/t&w+rd <xé>'
learnSecret(SECRET)
learnSecret('sister-of-s3cret')

class SomeError extends ProvisioningError {
  override readonly code = 'SOME'
}

describe('a known secret is cut out', () => {
  it.each([
    ['itself', SECRET],
    ['in JSON', JSON.stringify({ told: SECRET })],
    ['in JSON in JSON', JSON.stringify({ body: JSON.stringify({ told: SECRET }) })],
    ['in a URL', `https://acme.example/?password=${encodeURIComponent(SECRET)}`],
    ['in a URL in small letters', encodeURIComponent(SECRET).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['in a form', new URLSearchParams({ client_secret: SECRET }).toString()],
    ['in HTML', 's3&quot;cr/t&amp;w+rd &lt;xé&gt;'],
    ...['', 'a', 'ab', 'client:'].flatMap((before): [string, string][] => {
      const basic = Buffer.from(`${before}${SECRET}`).toString('base64')
      return [
        [`in base64 after '${before}'`, `Basic ${basic}`],
        [`in base64 in a URL after '${before}'`, encodeURIComponent(basic)],
        [`in base64 for URLs after '${before}'`, Buffer.from(`${before}${SECRET}!`).toString('base64url')],
      ]
    }),
  ])('%s', (_how, text) => {
    const cut = withoutSecrets(text)

    expect(cut).toContain('[secret]')
    expect(cut).not.toContain('w+rd')
    expect(Buffer.from(cut.replace('Basic ', ''), 'base64').toString()).not.toContain('cr/t')
  })

  it('from what is logged, thrown, reported', () => {
    const lines: string[] = []
    const log = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } })
    log.warn({ reason: `refused: ${SECRET}`, err: new Error(SECRET, { cause: new Error(SECRET) }) }, 'Refused')
    const problem = { code: 'A', subject: 'user' as const, id: 'a', what: SECRET, todo: `not ${SECRET}` }
    // as an aborted signal's reason is one
    expect(errorWithoutSecrets(new DOMException(`no ${SECRET}`))).toMatchObject({ message: 'no [secret]' })
    const thrown = errorWithoutSecrets(new TypeError(`no ${SECRET}`)) as Error

    expect(JSON.parse(lines[0]!)).toMatchObject({ reason: 'refused: [secret]', err: { message: '[secret]' } })
    expect(lines[0]).not.toContain('cr/t')
    expect(new SomeError(`It said ${SECRET}`).message).toBe('It said [secret]')
    expect(withoutSecretsIn(problem)).toMatchObject({ what: '[secret]', todo: 'not [secret]' })
    expect([thrown.message, thrown.stack?.includes('cr/t')]).toEqual(['no [secret]', false])
  })
})

it('a word is left, lest its place tell it: short ones, and those of a few letters', () => {
  for (const word of ['operator', 'viewer', 'abc12']) learnSecret(word)

  expect(withoutSecrets('The operator of abc12 is no viewer')).toBe('The operator of abc12 is no viewer')
})

it('remembers the latest tokens', () => {
  for (let i = 100; i < 200; i++) learnToken(`token-number-${i}`)

  expect(withoutSecrets('token-number-199 token-number-100 sister-of-s3cret')).toBe(
    '[secret] token-number-100 [secret]',
  )
})

it('every secret of a configuration is known', () => {
  const text = `
version: 1
redis: { url: "rediss://:redis%2Dpassword@redis:6379/0?password=other-password" }
accounts:
  acme: { url: "https://acme.zendesk.com", auth: { clientId: provisioner, clientSecret: client-secret } }
  beta: { url: "https://beta.zendesk.com", auth: { email: a@acme.com, apiToken: api-token } }
connections:
  - id: staff
    account: acme
    schedule: { every: 60s }
    directory: { type: openldap, urls: ["ldap://ldap"], bindDn: "cn=a", bindPassword: bind-password }
    users: { locations: [{ base: dc=org }], map: { email: mail, name: cn } }
`
  const config = parseConfig(text, { path: 'test.yaml', env: {} })

  expect(secretsOf(config).toSorted()).toEqual(
    ['redis%2Dpassword', 'redis-password', 'other-password', 'client-secret', 'api-token', 'bind-password'].toSorted(),
  )
})

it('the passwords of a Redis that is no address are known', () => {
  const sentinels = {
    sentinels: ['one:26379'],
    name: 'mymaster',
    password: 'of-servers',
    sentinelPassword: 'of-sentinels',
  }

  expect(redisSecrets(sentinels)).toEqual(['of-servers', 'of-sentinels'])
  expect(redisSecrets({ cluster: ['one:6379'], user: 'ada', password: 'of-nodes' })).toEqual(['of-nodes'])
})

it.each([
  ['redis://redis:6379', []],
  ['redis://user:p@ss@redis:6379', ['p@ss', 'p@ss']],
  ['redis://:100%25@redis:port', ['100%25', '100%']],
])('finds the password in %s', (url, secrets) => {
  expect(redisSecrets({ url })).toEqual(secrets)
})
