import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@provisioner/shared/config/load-config.ts'
import { stringify } from 'yaml'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedServers, type CheckedServers } from '../fixtures/checked-servers.ts'
import { converse } from '../fixtures/converse.ts'
import { directoryOf } from '../fixtures/people.ts'
import { startSamba } from '../fixtures/samba.ts'

const PEOPLE = Array.from({ length: 40 }, (_one, i) => ({
  uid: `user${i}`,
  displayName: `User ${i}`,
  telephoneNumber: '7',
  o: 'Acme',
  ...(i % 4 === 0 && { costCenter: 'K-7' }),
}))

/** A domain is made in seconds, and on a machine with much to do in minutes. */
const DOMAIN_MS = 300_000

let servers: CheckedServers
beforeAll(async () => {
  servers = await startCheckedServers({
    ldif: directoryOf(PEOPLE, { helpdesk: ['user1', 'user2'], 'zd-berlin': ['user3'], chess: ['user1'] }),
    sandbox: {
      before: {
        customRoles: [{ id: 71, name: 'Team lead', role_type: 0 }],
        userFields: [{ id: 73, key: 'cost_center', title: 'Cost', type: 'text' }],
        brands: [
          { id: 74, name: 'Shop', subdomain: 'shop', default: true },
          { id: 75, name: 'Outlet', subdomain: 'outlet' },
        ],
      },
    },
  })
})
afterAll(() => servers?.[Symbol.asyncDispose]())

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'provisioner-init-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const read = (name: string) => readFile(join(folder, name), 'utf8')
const isThere = (name: string) =>
  read(name).then(
    () => true,
    () => false,
  )

const run = (args: readonly string[], options?: Omit<Parameters<typeof converse>[1], 'folder'>) =>
  converse(args, { folder, ...options })

const secrets = () => ({
  REDIS_URL: servers.redis.url,
  LDAP_PASSWORD: servers.slapd.readerPassword,
  ZENDESK_CLIENT_ID: 'provisioner',
  ZENDESK_CLIENT_SECRET: 'a-secret',
})

/** Answers as a script has them; sections are replaced. */
async function answer(changes: object = {}): Promise<void> {
  const { url, readerDn, readerPassword } = servers.slapd
  const answers = {
    directory: { url, bindDn: readerDn, bindPassword: readerPassword },
    zendesk: { url: servers.sandbox.url, clientId: 'provisioner', clientSecret: 'a-secret' },
    redis: servers.redis.url,
    ...changes,
  }
  await writeFile(join(folder, 'answers.yaml'), stringify(answers))
}

describe('provisioner init', () => {
  it('writes a valid configuration of what it found, with counts, references for secrets, and all that is safe', async () => {
    const asked = servers.sandbox.requests.length
    await answer({ envFile: true })
    const { code, out, error } = await run(['init', '--answers', 'answers.yaml'])
    const yaml = await read('provisioner.yaml')
    const config = await loadConfig({ path: join(folder, 'provisioner.yaml'), env: secrets() })
    const check = await run(['check', '--json'])

    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(
      /40 people, 0 of them disabled; 4 groups\n.*1 custom role, 2 brands, 1 user field\nWritten: .*\n/,
    )
    expect(yaml).toMatch(/# The server is OpenLDAP/)
    expect(yaml).toMatch(/# mail: 40 of 40\n +email: mail\n +# displayName: 40 of 40, cn: 40 of 40\n +name: /)
    expect(yaml).toMatch(/# o: 40 of 40\n +# organization: { from: o, missing: report }/)
    expect(yaml).toMatch(/costCenter 10/)
    expect(yaml).toMatch(/4; they name members by member 4\./)
    expect(yaml).toMatch(/# custom_role: { byGroup: { "cn=agents,ou=groups,dc=example,dc=org": "Team lead" } }/)
    expect(yaml).toMatch(/Brands of the account: Outlet, Shop|Brands of the account: Shop, Outlet/)
    expect(yaml).toMatch(/User fields of the account: cost_center \(text\)/)
    const [connection] = config.connections
    expect(connection).toMatchObject({
      id: 'staff',
      directory: { type: 'openldap', urls: [servers.slapd.url] },
      users: {
        locations: [{ base: 'ou=people,dc=example,dc=org' }],
        remove: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'suspend' },
        verificationMail: false,
      },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)' }], remove: 'delete-created' },
      firstRun: 'approve',
    })
    expect(JSON.parse(check.out)).toMatchObject({ code: 0 })
    expect(check.out).not.toMatch(/"level":"(failed|warning)"/)
    for (const secret of [servers.slapd.readerPassword, 'a-secret', servers.redis.url])
      expect(yaml + out + check.out).not.toContain(secret)
    expect((await stat(join(folder, '.env'))).mode & 0o777).toBe(0o600)
    const requests = servers.sandbox.requests.slice(asked).map(({ method, path }) => `${method} ${path}`)
    expect(requests.filter((one) => !one.startsWith('GET '))).toEqual(['POST /oauth/tokens', 'POST /oauth/tokens'])
  })

  it('keeps the references of the answers, and writes no secret anywhere', async () => {
    await writeFile(join(folder, 'password'), `${servers.slapd.readerPassword}\n`)
    const { url, readerDn } = servers.slapd
    await answer({
      directory: { url, bindDn: readerDn, bindPassword: `\${file:${join(folder, 'password')}}` },
      zendesk: { url: servers.sandbox.url, clientId: '${env:ZENDESK_CLIENT_ID}', clientSecret: '${env:SECRET}' },
      redis: '${env:REDIS_URL}',
    })
    const { code } = await run(['init', '--answers', 'answers.yaml'], { env: { ...secrets(), SECRET: 'a-secret' } })
    const yaml = await read('provisioner.yaml')

    expect(code).toBe(0)
    expect(yaml).toContain(`bindPassword: "\${file:${join(folder, 'password')}}"`)
    expect(yaml).toContain('clientSecret: "${env:SECRET}"')
    expect(await isThere('.env')).toBe(false)
  })

  it('does not replace a file that is there, unless it is told to', async () => {
    await answer()
    await writeFile(join(folder, 'provisioner.yaml'), 'mine')
    const refused = await run(['init', '--answers', 'answers.yaml'])
    const kept = await read('provisioner.yaml')
    const forced = await run(['init', '--answers', 'answers.yaml', '--force'])

    expect([refused.code, refused.error]).toEqual([2, expect.stringMatching(/^CONFIG_EXISTS: .*--force/)])
    expect(kept).toBe('mine')
    expect(forced.code).toBe(0)
    expect(forced.out).toMatch(
      /Set REDIS_URL, LDAP_PASSWORD, ZENDESK_CLIENT_ID, ZENDESK_CLIENT_SECRET in the environment/,
    )
    expect(await read('provisioner.yaml')).toContain('type: openldap')
  })

  it('writes a configuration where there is no Zendesk yet', async () => {
    await answer({ zendesk: undefined })
    const asked = servers.sandbox.requests.length
    const { code } = await run(['init', '--answers', 'answers.yaml', '--no-zendesk'])
    const config = await loadConfig({ path: join(folder, 'provisioner.yaml'), env: secrets() })

    expect(code).toBe(0)
    expect(config.accounts).toMatchObject({ acme: { url: 'https://acme.zendesk.com' } })
    expect(servers.sandbox.requests.length).toBe(asked)
  })

  it.each([
    ['a password that is wrong', { password: 'wrong-word' }, 1, /^DIRECTORY_BIND_REFUSED: /],
    ['a secret that is wrong', { secret: 'wrong-word' }, 1, /^ZENDESK_NOT_SEEN: .*--no-zendesk/],
    [
      'a file with a mistake',
      { urls: 'ldap://127.0.0.1' },
      2,
      /answers\.yaml:\d+:\d+ +directory.*urls.*did you mean 'url'/,
    ],
  ])('says that it can’t look with %s, and writes nothing', async (_what, wrong, expected, words) => {
    const { password, secret, urls } = wrong as { password?: string; secret?: string; urls?: string }
    const { url, readerDn, readerPassword } = servers.slapd
    await answer({
      directory: { url, bindDn: readerDn, bindPassword: password ?? readerPassword, ...(urls && { urls }) },
      zendesk: { url: servers.sandbox.url, clientId: 'provisioner', clientSecret: secret ?? 'a-secret' },
    })
    const { code, error } = await run(['init', '--answers', 'answers.yaml'])

    expect([code, error]).toEqual([expected, expect.stringMatching(words)])
    expect(error).not.toContain('wrong-word')
    expect(await isThere('provisioner.yaml')).toBe(false)
  })

  it('says that there is no terminal to ask on', async () => {
    const { code, error } = await run(['init'])

    expect([code, error]).toEqual([2, expect.stringMatching(/^NOBODY_TO_ASK: .*--answers FILE/)])
  })

  it('asks on a terminal, again where an answer does not work, and shows no secret that is typed', async () => {
    const { url, readerDn, readerPassword } = servers.slapd
    const { code, out, unasked } = await run(['init'], {
      dialogue: [
        [/Directory.*\[ldap:\/\/localhost\]: $/, 'ldap://127.0.0.1:1\r'],
        [/Bind DN.*\[\]: $/, `${readerDn}\r`],
        [/password \[\]: $/, `${readerPassword}\r`],
        [/ECONNREFUSED[^]*Directory.*\[ldap:\/\/127\.0\.0\.1:1\]: $/, `${url}\r`],
        [/Bind DN.*\[cn=reader,.*\]: $/, '\r'],
        [/password \[\]: $/, `${readerPassword}\r`],
        [/Zendesk subdomain.*\[-\]: $/, `${servers.sandbox.url}\r`],
        [/identifier \[\]: $/, 'provisioner\r'],
        [/secret \[\]: $/, 'a-secret\r'],
        [/Redis \[redis:\/\/127\.0\.0\.1:6379\]: $/, `${servers.redis.url}\r`],
        [/Write .* to \.env\? y or n \[n\]: $/, 'y\r'],
      ],
    })
    const check = await run(['check'])

    expect(unasked).toBe(0)
    expect(code).toBe(0)
    expect(out).not.toContain(readerPassword)
    expect(out).not.toContain('a-secret')
    expect(check.code).toBe(0)
  })

  it('writes nothing where somebody leaves', async () => {
    const { code, out } = await run(['init'], { dialogue: [[/Directory.*: $/, '\u0004']] })

    expect(code).toBe(1)
    expect(out).toMatch(/Nothing was written/)
    expect(await isThere('provisioner.yaml')).toBe(false)
  })

  it(
    'knows an Active Directory by its root DSE, and its domain among its naming contexts',
    async (context) => {
      const samba = await startSamba('init')
      if ('missing' in samba) return context.skip(samba.missing)
      await using domain = samba
      const { url, adminDn, adminPassword } = domain
      await answer({ directory: { url, bindDn: adminDn, bindPassword: adminPassword } })
      const { code, error } = await run(['init', '--answers', 'answers.yaml'])
      const config = await loadConfig({
        path: join(folder, 'provisioner.yaml'),
        env: { ...secrets(), LDAP_PASSWORD: adminPassword },
      })

      expect([code, error]).toEqual([0, ''])
      expect(config.connections[0]).toMatchObject({
        directory: { type: 'active-directory', id: 'objectGUID' },
        users: { locations: [{ base: 'cn=users,dc=init,dc=test' }] },
      })
      expect(await read('provisioner.yaml')).toMatch(/People below DC=init,DC=test: \d+, 2 of them disabled/)
    },
    DOMAIN_MS,
  )
})
