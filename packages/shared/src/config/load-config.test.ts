import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { changed, env, example, mistakesOf } from './config.fixture.ts'
import type { ConfigMistake } from './config-error.ts'
import { loadConfig, parseConfig } from './load-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'provisioner-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('loadConfig', () => {
  it('reads the example: durations in ms, shares as fractions, secrets resolved', async () => {
    const path = join(folder, 'provisioner.yaml')
    writeFileSync(path, example)

    const config = await loadConfig({ path, env })

    const [connection] = config.connections
    expect(config.accounts['acme']).toMatchObject({ reserve: 0.2, auth: { clientSecret: 'hush-hush' } })
    expect(connection?.schedule).toEqual({ every: 60_000, watch: 2_000, full: '0 2 * * *' })
    expect(connection?.guard).toMatchObject({ window: 86_400_000, memberships: { share: 0.1, min: 25 } })
    expect(connection?.users.map.email).toEqual({
      from: ['mail'],
      trim: true,
      createOnly: false,
      whenEmpty: 'clear',
      masked: false,
      expectEmpty: false,
    })
    expect(connection?.users.map.name.from).toEqual(['displayName', 'cn'])
    expect(connection?.users.map.user_fields?.['cost_center']).toMatchObject({ from: ['costCenter'], masked: true })
  })

  it('takes filters and DNs as people break them into lines, and a list in place of from', () => {
    const text = changed(
      [
        'filter: (&(objectClass=inetOrgPerson)(employeeType=support))',
        'filter: |\n            (&\n              (objectClass=inetOrgPerson)\n              (! (employeeType = bot) )\n            )',
      ],
      ['base: ou=contractors,dc=acme,dc=com', 'base: |\n            ou=contractors,\n            dc=acme,dc=com'],
      ['{ from: [displayName, cn], trim: true }', '[displayName, cn]'],
    )

    const [connection] = parseConfig(text, { path: 'provisioner.yaml', env }).connections

    expect(connection?.users.locations[1]).toMatchObject({
      base: 'ou=contractors, dc=acme,dc=com',
      filter: '(&(objectClass=inetOrgPerson)(!(employeeType=bot)))',
    })
    expect(connection?.users.map.name).toEqual(
      parseConfig(example, { path: 'provisioner.yaml', env }).connections[0]?.users.map.name,
    )
  })

  it.each([
    ['a password', ['"${env:LDAP_PASSWORD}"', 'hunter2'], 'connections[0].directory.bindPassword'],
    ['a client’s secret', ['"${env:ZENDESK_CLIENT_SECRET}"', 'hunter2'], 'accounts.acme.auth.clientSecret'],
    ['a password of Redis', ['"${env:REDIS_URL}"', 'redis://:hunter2@localhost'], 'redis.url'],
  ] as const)('warns of %s in plain text, and does not show it', (_what, change, key) => {
    const warnings: ConfigMistake[] = []
    const warn = (one: ConfigMistake) => void warnings.push(one)

    parseConfig(changed(change), { path: 'provisioner.yaml', env, warn })

    expect(warnings).toEqual([
      {
        key,
        line: expect.any(Number),
        column: expect.any(Number),
        found: 'a secret in plain text',
        allowed: 'a reference, ${env:NAME} or ${file:PATH}',
      },
    ])
  })

  it('warns of no reference, alone or within an address', () => {
    const warn = () => expect.unreachable()
    const text = changed(['"${env:REDIS_URL}"', '"rediss://${env:REDIS_USER}:${env:LDAP_PASSWORD}@localhost/1"'])

    parseConfig(text, { path: 'provisioner.yaml', env: { ...env, REDIS_USER: 'us' }, warn })
  })

  it('says when there is no such file, and how to name another', async () => {
    const path = join(folder, 'nowhere.yaml')

    await expect(loadConfig({ path, env })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      mistakes: [{ key: '', found: 'no such file', allowed: expect.stringContaining('PROVISIONER_CONFIG') }],
    })
  })

  it.each([
    ['reader@corp.example', 'reader@corp.example'],
    ['CORP\\reader', 'CORP\\reader'],
    ["'CORP\\reader'", 'CORP\\reader'],
    ['cn=reader,dc=corp', 'cn=reader,dc=corp'],
  ])('takes %s for who binds to an Active Directory', (written, name) => {
    const text = changed(
      ['type: openldap', 'type: active-directory'],
      ['bindDn: cn=zendesk,dc=acme,dc=com', `bindDn: ${written}`],
    )

    expect(parseConfig(text, { path: 'provisioner.yaml', env }).connections[0]?.directory.bindDn).toBe(name)
  })

  it('refuses one whose backslash YAML has read as a line break, and says how to write it', () => {
    const text = changed(
      ['type: openldap', 'type: active-directory'],
      ['bindDn: cn=zendesk,dc=acme,dc=com', 'bindDn: "CORP\\reader"'],
    )

    expect(mistakesOf(text).mistakes).toMatchObject([
      { key: 'connections[0].directory.bindDn', allowed: expect.stringContaining('in single quotes') },
    ])
  })

  it('takes a secret from a file without its last line break', async () => {
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'from a file\n')

    const config = parseConfig(changed(['${env:LDAP_PASSWORD}', `\${file:${secret}}`]), {
      path: 'provisioner.yaml',
      env,
    })

    expect(config.connections[0]?.directory.bindPassword).toBe('from a file')
  })
})

describe('The configuration whose shape is frozen', () => {
  const frozen = new URL('../../../../../shared/provisioner.example.yaml', import.meta.url)

  it.skipIf(!existsSync(frozen))('loads, when it is there beside the repository', () => {
    const secret = join(folder, 'zendesk_client_secret')
    writeFileSync(secret, 'hush-hush')
    const text = readFileSync(frozen, 'utf8').replace('/run/secrets/zendesk_client_secret', secret)

    const config = parseConfig(text, { path: 'frozen.yaml', env })

    expect(config.accounts['acme']?.auth.clientSecret).toBe('hush-hush')
    expect(config.connections[0]?.groups?.remove).toBe('delete-created')
  })
})

describe('A configuration with mistakes', () => {
  it('lists five at once, each with its line, what was found and what is allowed', () => {
    const text = changed(
      ['every: 60s', 'every: 60'],
      ['pageSize: 250', 'pageSise: 1000'],
      ['remove: delete-created', 'remove: delete'],
      ['account: acme', 'account: acne'],
      ['${env:LDAP_PASSWORD}', '${env:LDAP_PASS}'],
    )

    const error = mistakesOf(text)

    const lineOf = (part: string) => text.split('\n').findIndex((line) => line.endsWith(part)) + 1
    expect(error.mistakes.map(({ line, key, found, allowed }) => [line, key, found, allowed])).toEqual([
      [lineOf('account: acne'), 'connections[0].account', "'acne'", 'one of the accounts above: acme'],
      [
        lineOf('every: 60, full: "0 2 * * *" }'),
        'connections[0].schedule.every',
        "'60'",
        'a duration such as 60s, 15m, 24h or 7d',
      ],
      [
        lineOf('"${env:LDAP_PASS}"'),
        'connections[0].directory.bindPassword',
        '${env:LDAP_PASS}, which is not set',
        'set the environment variable LDAP_PASS, or write it into .env',
      ],
      [
        lineOf('pageSise: 1000'),
        'connections[0].directory.pageSise',
        "the unknown key 'pageSise'",
        "did you mean 'pageSize'?",
      ],
      [lineOf(' remove: delete'), 'connections[0].groups.remove', "'delete'", 'delete-created | delete-all | ignore'],
    ])
    expect(error.message).toContain('provisioner.yaml has 5 mistakes')
  })
})
