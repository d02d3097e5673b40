import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { changed, env, mistakesOf } from './config.fixture.ts'
import { resolveSecrets } from './secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'provisioner-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('resolveSecrets', () => {
  it.each([
    ['${env:NAME}', 'Ada'],
    ['redis://:${env:NAME}@host', 'redis://:Ada@host'],
    ['${env:NAME}${env:NAME}', 'AdaAda'],
    [`\${file:${file('plain', 'secret')}}`, 'secret'],
    [`\${file:${file('broken', 'secret\r\n')}}`, 'secret'],
    [`\${file:${file('lines', 'one\ntwo\n\n')}}`, 'one\ntwo\n'],
    ['no reference', 'no reference'],
    ['$& {env:NAME}', '$& {env:NAME}'],
  ])('makes %s %j', (text, expected) => {
    expect(resolveSecrets({ key: [text] }, { NAME: 'Ada' })).toEqual({ value: { key: [expected] }, missing: [] })
  })

  it.each([
    ['${env:NOBODY}', 'which is not set'],
    ['${env:EMPTY}', 'which is empty'],
    [`\${file:${file('empty', '\n')}}`, 'which is empty'],
    ['${file:/nowhere/at/all}', 'which does not exist'],
    [`\${file:${folder}}`, "which can't be read (EISDIR)"],
    ['${ENV:NAME}', 'a reference of unknown form'],
    ['${NAME}', 'a reference of unknown form'],
    ['${env:}', 'a reference of unknown form'],
  ])('lists %s as missing and leaves it', (text, why) => {
    const { value, missing } = resolveSecrets({ key: text }, { NAME: 'Ada', EMPTY: '' })

    expect(value).toEqual({ key: text })
    expect(missing).toEqual([{ path: ['key'], found: expect.stringContaining(why), allowed: expect.any(String) }])
  })

  it('takes the file that NAME_FILE names where NAME is not set', () => {
    const [path, gone] = [file('address', 'redis://:hush@redis\n'), join(folder, 'gone')]

    expect(resolveSecrets('${env:URL}', { URL_FILE: path }).value).toBe('redis://:hush@redis')
    expect(resolveSecrets('${env:URL}', { URL: '', URL_FILE: path }).value).toBe('redis://:hush@redis')
    expect(resolveSecrets('${env:URL}', { URL: 'redis://mine', URL_FILE: path }).value).toBe('redis://mine')
    expect(resolveSecrets('${env:URL}', { URL_FILE: gone }).missing).toEqual([
      {
        path: [],
        found: `\${env:URL}, which does not exist: ${gone}, which URL_FILE names`,
        allowed: 'the path of a file that this process may read',
      },
    ])
  })

  it('leaves the dollars of JSONata alone', () => {
    const value = { expression: '${mail: cn}' }

    expect(resolveSecrets(value, {})).toEqual({ value, missing: [] })
  })
})

describe('A secret', () => {
  it.each([
    ['resolved into a text that is refused', changed(), { ...env, REDIS_URL: 'http://user:hunter2@redis' }],
    ['written into an address', changed(['${env:REDIS_URL}', 'http://user:hunter2@redis']), env],
    [
      'written in place of its section',
      changed(
        ['clientId: "${env:ZENDESK_CLIENT_ID}"', ''],
        ['clientSecret: "${env:ZENDESK_CLIENT_SECRET}"', ''],
        ['auth:', 'auth: hunter2'],
      ),
      env,
    ],
    ['of the wrong type', changed(['"${env:LDAP_PASSWORD}"', '[hunter2]']), env],
    ['under a misspelt key', changed(['bindPassword: "${env:LDAP_PASSWORD}"', 'bindPasword: hunter2']), env],
    ['taken for an alias', changed(['"${env:LDAP_PASSWORD}"', '*hunter2']), env],
    ['with something behind its quotes', changed(['"${env:LDAP_PASSWORD}"', '"a" hunter2']), env],
    ['that begins with a bracket', changed(['"${env:LDAP_PASSWORD}"', ']hunter2']), env],
  ])('is in no message: %s', (_what, text, environment) => {
    const error = mistakesOf(text, environment)

    expect(error.message).not.toContain('hunter2')
  })
})
