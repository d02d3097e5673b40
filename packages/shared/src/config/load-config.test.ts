import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { parseConfig } from './load-config.ts'

const env = {
  REDIS_URL: 'redis://localhost:6379',
  LDAP_PASSWORD: 'secret',
  ZENDESK_CLIENT_ID: 'id',
  ZENDESK_CLIENT_SECRET: 'hush-hush',
}
const example = readFileSync(new URL('../../../../provisioner.example.yaml', import.meta.url), 'utf8')

function mistakesOf(text: string) {
  try {
    parseConfig(text, { path: 'provisioner.yaml', env })
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The configuration was accepted')
}

describe('parseConfig', () => {
  it('reads the example: durations in ms, shares as fractions, secrets resolved', () => {
    const config = parseConfig(example, { path: 'provisioner.yaml', env })

    const [connection] = config.connections
    expect(config.accounts['acme']).toMatchObject({ reserve: 0.2, auth: { clientSecret: 'hush-hush' } })
    expect(connection?.schedule.every).toBe(60_000)
    expect(connection?.guard.memberships).toEqual({ share: 0.1, min: 25 })
    expect(connection?.users.map.email).toMatchObject({ from: ['mail'], trim: true, whenEmpty: 'clear' })
  })

  it('lists five mistakes at once, each with its line, what was found and what is allowed', () => {
    const text = example
      .replace('every: 60s', 'every: 60')
      .replace('pageSize: 1000', 'pageSise: 1000')
      .replace('remove: delete-created', 'remove: delete')
      .replace('account: acme', 'account: acne')
      .replace('${env:LDAP_PASSWORD}', '${env:LDAP_PASS}')

    const error = mistakesOf(text)

    const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1
    expect(error.mistakes.map(({ line, key }) => [line, key])).toEqual(
      [
        [lineOf('account: acne'), 'connections[0].account'],
        [lineOf('every: 60'), 'connections[0].schedule.every'],
        [lineOf('LDAP_PASS}'), 'connections[0].directory.bindPassword'],
        [lineOf('pageSise'), 'connections[0].directory.pageSise'],
        [lineOf('remove: delete\n') || lineOf('    remove: delete'), 'connections[0].groups.remove'],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    )
    expect(error.message).toContain("found the unknown key 'pageSise'; allowed: did you mean 'pageSize'?")
    expect(error.message).toContain('LDAP_PASS')
    expect(error.message).not.toContain('hush-hush')
  })

  it.each([
    [
      'provisionDisabled with remove.disabled: delete',
      'provisionDisabled: true\n      remove: { disabled: delete }',
      'created again in every cycle',
    ],
    ['an unknown action', 'actions: { creat: true }', "did you mean 'create'?"],
  ])('refuses %s with the reason', (_what, lines, reason) => {
    const text = example
      .replace(/^ {6}(provisionDisabled: |remove: \{ disabled|actions: \{ create: true, update).*$/gm, '')
      .replace(/^ {6}match: email.*$/m, `      match: email\n      ${lines}`)

    expect(mistakesOf(text).message).toContain(reason)
  })

  it('names the line of YAML that can not be read', () => {
    expect(mistakesOf('version: 1\nredis: {url\n').mistakes[0]).toMatchObject({
      line: 3,
      found: expect.stringContaining('YAML'),
    })
  })
})
