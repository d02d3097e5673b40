import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { changed, env } from '@provisioner/shared/config/config.fixture.ts'
import { ConfigError } from '@provisioner/shared/config/config-error.ts'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'
import { judgeConfig } from './judge-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'provisioner-judge-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const good = file('good.pem', `Acme's\n${rootCertificates.slice(0, 2).join('\n')}\n`)
const CA = '/etc/ssl/acme.pem'

function mistakesOf(...changes: [from: string, to: string][]) {
  try {
    parseConfig(changed(...changes), { path: 'provisioner.yaml', env, judge: judgeConfig })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes
    throw error
  }
}

const MAP = 'connections[0].users.map'

describe('judgeConfig', () => {
  it('takes a mapping that can work, and a file of certificates', () => {
    expect(mistakesOf([CA, good])).toEqual([])
  })

  it.each([
    ['a role that is none', 'default: end-user', 'default: enduser', `${MAP}.role.default`, "'enduser' is none of"],
    [
      'a role of a group that is none',
      'dc=com": agent',
      'dc=com": agnet',
      `${MAP}.role.byGroup["cn=agents,ou=groups,dc=acme,dc=com"]`,
      "'agnet' is none of end-user, agent, admin",
    ],
    [
      'an expression that differs each time',
      "'Desk ' & roomNumber",
      "'Desk ' & $random()",
      `${MAP}.notes.expression`,
      '$random could give another value in each cycle',
    ],
  ])('says with its line what is wrong with %s', (_what, from, to, key, found) => {
    expect(mistakesOf([CA, good], [from, to])).toEqual([
      {
        key,
        found: expect.stringContaining(found),
        allowed: expect.any(String),
        line: expect.any(Number),
        column: expect.any(Number),
      },
    ])
  })

  it.each([
    ['/nowhere/acme.pem', 'does not exist'],
    [folder, "can't be read (EISDIR)"],
    [file('empty.pem', ''), 'holds no certificate'],
    [
      file('broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
      "holds a certificate that can't be read",
    ],
  ])('says that %s %s', (path, why) => {
    expect(mistakesOf([CA, path])).toEqual([
      expect.objectContaining({
        key: 'connections[0].directory.tls.caFile',
        line: 41,
        found: `'${path}', which ${why}`,
      }),
    ])
  })

  it('is told together with secrets that are not set', () => {
    expect(mistakesOf(['${env:LDAP_PASSWORD}', '${env:NOBODY}']).map(({ key }) => key)).toEqual([
      'connections[0].directory.tls.caFile',
      'connections[0].directory.bindPassword',
    ])
  })
})
