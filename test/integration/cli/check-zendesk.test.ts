import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '@provisioner/sandbox/servers/certificate.ts'
import { startZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { startCheckedServers, type CheckedServers } from '../../fixtures/checked-servers.ts'
import { directoryOf, groupDn } from '../../fixtures/people.ts'

let servers: CheckedServers
beforeAll(async () => {
  servers = await startCheckedServers({
    ldif: directoryOf([{ uid: 'ada', telephoneNumber: '7' }, { uid: 'api' }], {
      agents: ['ada'],
      'zd-a': ['ada', 'api'],
    }),
    sandbox: {
      before: {
        customRoles: [{ id: 71, name: 'Team lead', role_type: 0 }],
        organizations: [{ id: 72, name: 'Acme' }],
        userFields: [{ id: 73, key: 'cost_center', title: 'Cost', type: 'text' }],
        brands: [{ id: 74, name: 'Shop', subdomain: 'shop', default: true }],
      },
    },
  })
})
afterAll(() => servers?.[Symbol.asyncDispose]())
afterEach(() => {
  servers.sandbox.faults.clear()
  Object.assign(servers.sandbox.account.settings, { clientScopes: undefined })
})

const api = { users: { locations: [{ base: 'ou=people,dc=example,dc=org', filter: '(uid=ada)' }] } }

describe('check of a Zendesk account', () => {
  it('says who signs in, with which role and scopes, what the account grants, and what nobody can tell', async () => {
    const seen = await servers.check(api)

    expect(seen.told('zendesk', 'ok')).toEqual([
      "ok sign-in: By the OAuth client 'provisioner', as API <api@example.org>",
      'ok role: An admin',
      'ok scopes: read write, as the token says',
      'ok limit: 700 requests a minute, as on Enterprise; 560 of them for the provisioner',
      'ok rights: May read users, administrators, groups, group memberships',
      'ok mails: Nobody is mailed for what is written (users.verificationMail: false)',
    ])
    expect(seen.told('zendesk', 'unknown')).toEqual([
      expect.stringMatching(/bulk import: It can't be told without writing/),
    ])
    expect(seen.told('zendesk', 'warning', 'failed')).toEqual([])
    expect(seen.told('directory', 'ok').join('\n')).toMatch(/API's user: .* in no managed group/)
  })

  it.each([
    [
      'https://nowhere.invalid',
      /can't be reached: the name service .*\((ENOTFOUND|EAI_AGAIN)\) → .*accounts\.acme\.url/,
    ],
    ['http://127.0.0.1:1', /can't be reached: nothing listens there \(ECONNREFUSED\) → Correct host and port/],
  ])('says that %s is nowhere, and goes on with the others', async (url, words) => {
    const seen = await servers.check({ account: { url } })

    expect(seen.told('zendesk', 'failed')).toEqual([expect.stringMatching(words)])
    expect(seen.told('directory', 'ok').join('\n')).toMatch(/2 people/)
    expect(seen.code).toBe(1)
  })

  it.each([
    [404, 'text/html', '<html>No help desk at this address</html>'],
    [301, 'text/html', ''],
    [200, 'text/html', '<html>Welcome</html>'],
    [405, 'application/json', '{"error":"method not allowed"}'],
  ])('says that an address is no Zendesk account: %i %s', async (status, type, body) => {
    const server = createServer((_request, answer) => {
      answer.writeHead(status, { 'content-type': type, location: 'https://www.zendesk.com/' }).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')

    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const seen = await servers.check({ account: { url } })
    server.closeAllConnections()
    server.close()

    expect(seen.told('zendesk', 'failed')).toEqual([
      expect.stringMatching(
        /answers, and not as a Zendesk account does.* → Correct the subdomain in accounts\.acme\.url/,
      ),
    ])
  })

  it('says that the certificate is not trusted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provisioner-check-'))
    const { keyFile, pem } = await makeCertificate(folder)
    await using secure = await startZendeskSandbox({ tls: { cert: pem, key: await readFile(keyFile, 'utf8') } })
    await rm(folder, { recursive: true })

    const seen = await servers.check({ account: { url: secure.url.replace('127.0.0.1', 'localhost') } })

    expect(seen.told('zendesk', 'failed')).toEqual([
      expect.stringMatching(
        /its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\) → Name its authority in NODE_EXTRA_CA_CERTS/,
      ),
    ])
  })

  it.each([
    [{ clientSecret: 'wrong' }, /refuses clientId and clientSecret.* → Correct them under accounts\.acme\.auth/],
    [{ clientId: 'nobody' }, /refuses clientId and clientSecret/],
    [
      { clientId: null, clientSecret: null, email: 'api@example.org', apiToken: 'wrong' },
      /refuses email and apiToken.* → .*OAuth client/,
    ],
  ])('says that the credentials are refused: %o', async (auth, words) => {
    const seen = await servers.check({ account: { auth } })

    expect(seen.told('zendesk', 'failed')).toEqual([expect.stringMatching(words)])
    expect(seen.told('zendesk', 'failed')[0]).toContain('ZENDESK_UNAUTHENTICATED')
  })

  it('says of a client without the scope to write that it lacks it, and reads on', async () => {
    servers.sandbox.account.settings.clientScopes = ['read']
    const seen = await servers.check(api)

    expect(seen.told('zendesk', 'failed')).toEqual([
      expect.stringMatching(
        /^failed scopes ZENDESK_SCOPE_MISSING: .*scope write.* → Give it the scopes read and write/,
      ),
    ])
    expect(seen.told('zendesk', 'ok').join('\n')).toMatch(/rights: May read users/)
  })

  it('says of a client that may not even read that it lacks the scopes', async () => {
    servers.sandbox.account.settings.clientScopes = ['tickets:read']
    const seen = await servers.check(api)

    expect(seen.told('zendesk', 'failed')).toEqual([expect.stringMatching(/^failed sign-in .*scope read write/)])
  })

  it('says of an API token that it ends, and that nobody can tell what it may write', async () => {
    const auth = { clientId: null, clientSecret: null, email: 'api@example.org', apiToken: 'a-token' }
    const seen = await servers.check({ ...api, account: { auth } })

    expect(seen.told('zendesk', 'warning')).toEqual([expect.stringMatching(/API_TOKEN_ENDS: /)])
    expect(seen.told('zendesk', 'unknown').join('\n')).toMatch(/scopes: It can't be told without writing/)
  })

  it('says that the user of the credentials is no admin', async () => {
    await using sandbox = await startZendeskSandbox({
      credentials: { clientId: 'provisioner', clientSecret: 'a-secret', email: 'agent@example.org' },
      before: {
        users: [
          { name: 'Owner', email: 'o@example.org', role: 'admin' },
          { name: 'Agent', email: 'agent@example.org', role: 'agent' },
        ] as never,
      },
    })
    const seen = await servers.check({ ...api, account: { url: sandbox.url } })

    expect(seen.told('zendesk', 'failed')).toEqual([
      expect.stringMatching(/^failed role .*agent@example\.org has the role 'agent'.* → Make this user an admin/),
    ])
  })

  it('names what a mapping names and the account does not have, though nobody has it in the directory', async () => {
    const seen = await servers.check({
      users: {
        map: {
          custom_role: { byGroup: { [groupDn('agents')]: 'Team led' } },
          organization: { default: 'Akme' },
          brands: { default: ['Shop', 'Shopp'] },
          user_fields: { cost_centre: { default: '7' }, cost_center: { default: '8' } },
        },
      },
    })

    expect(seen.told('zendesk', 'failed')).toEqual([
      expect.stringMatching(/USER_FIELD_UNKNOWN: .*'cost_centre'.*did you mean 'cost_center'/),
      expect.stringMatching(
        /^failed organization ORGANIZATION_UNKNOWN: Zendesk has no organization 'Akme'.*'Acme' is there/,
      ),
      expect.stringMatching(/^failed custom_role CUSTOM_ROLE_UNKNOWN: .*'Team led'.*'Team lead' is there/),
      expect.stringMatching(/^failed brands BRAND_UNKNOWN: .*'Shopp'.*'Shop' is there/),
    ])
  })

  it('says that all names are there', async () => {
    const map = { custom_role: { default: 'Team lead', expectEmpty: true }, organization: { default: 'Acme' } }
    const seen = await servers.check({ users: { map } })

    expect(seen.told('zendesk', 'ok').join('\n')).toMatch(/names: Zendesk has the organizations, custom roles that/)
  })

  it('says which list it may not read', async () => {
    servers.sandbox.faults.add({ match: { method: 'GET', path: '/api/v2/groups' }, kind: '403', times: 'always' })
    const seen = await servers.check(api)

    expect(seen.told('zendesk', 'failed')).toEqual([
      expect.stringMatching(/^failed rights ZENDESK_LIST_UNREAD: .*groups/),
    ])
    expect(seen.told('zendesk', 'ok').join('\n')).toMatch(/May read users, administrators, group memberships$/m)
  })

  it('warns of mails, and of the API’s own user among the members of a managed group', async () => {
    const seen = await servers.check({ users: { verificationMail: true } })

    expect(seen.told('zendesk', 'warning')).toEqual([
      expect.stringMatching(/^warning mails: Zendesk welcomes each user/),
    ])
    expect(seen.told('directory', 'warning').join('\n')).toMatch(
      /API's user API_USER_IN_GROUP: .*'zd-a': open tickets of agents who leave/,
    )
  })

  it('finds the API’s own user in a group in Zendesk as well', async () => {
    await using sandbox = await startZendeskSandbox({
      credentials: { clientId: 'provisioner', clientSecret: 'a-secret', email: 'api@example.org' },
      before: {
        users: [{ id: 81, name: 'API', email: 'api@example.org', role: 'admin' }] as never,
        groups: [{ id: 82, name: 'ZD-A' }],
        memberships: [{ user_id: 81, group_id: 82 }],
      },
    })
    const seen = await servers.check({ ...api, account: { url: sandbox.url } })

    expect(seen.told('directory', 'warning').join('\n')).toMatch(/API_USER_IN_GROUP: .*'zd-a'/)
  })
})
