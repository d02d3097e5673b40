import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCheckedServers, type CheckedServers } from '../../fixtures/checked-servers.ts'
import { directoryOf, groupDn } from '../../fixtures/people.ts'

const PEOPLE = Array.from({ length: 8 }, (_one, i) => ({
  uid: `user${i}`,
  telephoneNumber: '7',
  employeeStatus: i === 7 ? 'left' : 'active',
}))

let servers: CheckedServers
beforeAll(async () => {
  servers = await startCheckedServers({
    ldif: directoryOf([...PEOPLE, { uid: 'nomail', mail: null }, { uid: 'silent', mail: null }], {
      agents: ['user1'],
      'zd-a': ['user1', 'user2'],
      'zd-b': [],
    }),
    slapd: { tls: true },
  })
})
afterAll(() => servers?.[Symbol.asyncDispose]())

const EVERYBODY = { base: 'ou=people,dc=example,dc=org', filter: '(objectClass=inetOrgPerson)' }

describe('check of a directory', () => {
  it('counts people, those who are disabled, groups, and the groups without anybody', async () => {
    const seen = await servers.check()

    expect(seen.told('directory', 'ok').join('\n')).toMatch(/server: OpenLDAP, ldap:.* bound as cn=reader/)
    expect(seen.told('directory', 'ok')).toEqual(
      expect.arrayContaining([
        "ok users.locations[0]: 10 people, 1 of them disabled, below 'ou=people,dc=example,dc=org'",
        "ok groups.locations[0]: 2 groups below 'ou=groups,dc=example,dc=org'",
        'ok members: 2 groups for Zendesk, 1 with somebody in scope',
      ]),
    )
    expect(seen.told('directory', 'warning', 'failed')).toEqual([
      expect.stringMatching(/^warning email EMAIL_MISSING: 2 entries: .*\(uid=nomail,.*; uid=silent,.*\) → Add it/),
      expect.stringMatching(/^warning members: 1 group without anybody in scope: zd-b → Nothing, if that is meant/),
    ])
  })

  it.each([
    [
      'nothing listens there',
      ['ldap://127.0.0.1:1'],
      /DIRECTORY_UNREACHABLE: .*ECONNREFUSED.* → .*check host and port/,
    ],
    ['nobody knows the host', ['ldap://nowhere.invalid'], /DIRECTORY_UNREACHABLE: .*(ENOTFOUND|EAI_AGAIN).* → .*name/],
  ])('says that no server answers: %s', async (_why, urls, words) => {
    const seen = await servers.check({ directory: { urls } })

    expect(seen.told('directory', 'failed')).toEqual([expect.stringMatching(words)])
    expect(seen.told('zendesk', 'failed')).toEqual([])
    expect(seen.code).toBe(1)
  })

  it('names a server that does not answer beside one that does, which is no failure', async () => {
    const seen = await servers.check({ directory: { urls: ['ldap://127.0.0.1:1', servers.slapd.url] } })

    expect(seen.told('directory', 'warning').join('\n')).toMatch(
      /^warning server DIRECTORY_UNREACHABLE: ldap:.*:1 can't/m,
    )
    expect(seen.code).toBe(0)
  })

  it('says that the certificate is not trusted, and of what to do', async () => {
    const urls = [servers.slapd.secureUrl]
    const caFile = servers.slapd.certificate!.certificateFile

    const [untrusted, unverified, trusted] = [
      await servers.check({ directory: { urls } }),
      await servers.check({ directory: { urls, tls: { verify: false } } }),
      await servers.check({ directory: { urls, tls: { caFile } } }),
    ]

    expect(untrusted.told('directory', 'failed')).toEqual([expect.stringMatching(/self-signed.* → .*tls\.caFile/)])
    expect(unverified.told('directory', 'warning').join('\n')).toMatch(
      /encryption: Directory certificates are not verified/,
    )
    expect(trusted.code).toBe(0)
  })

  it('says that the bind is refused, and tries the password at no other server', async () => {
    const { url } = servers.slapd
    const seen = await servers.check({
      directory: { bindPassword: 'wrong', urls: [url, url.replace('127.0.0.1', 'localhost')] },
    })

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(/^failed bind DIRECTORY_BIND_REFUSED: .*bindDn or bindPassword is wrong/),
    ])
  })

  it('names each base that does not exist, of people and of groups, and looks at the others', async () => {
    const seen = await servers.check({
      users: { locations: [{ base: 'ou=persons,dc=example,dc=org' }, EVERYBODY, { base: 'ou=x,dc=example,dc=org' }] },
      groups: { locations: [{ base: 'ou=teams,dc=example,dc=org' }, { base: 'ou=groups,dc=example,dc=org' }] },
    })

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(/^failed groups\.locations\[0\] DIRECTORY_BASE_MISSING: .*'ou=teams,.*does not exist/),
      expect.stringMatching(/^failed users\.locations\[0\] DIRECTORY_BASE_MISSING: .*'ou=persons,.*does not exist/),
      expect.stringMatching(/^failed users\.locations\[2\] DIRECTORY_BASE_MISSING: .*'ou=x,.*does not exist/),
    ])
    expect(seen.told('directory', 'ok').join('\n')).toMatch(/users\.locations\[1\]: 10 people/)
  })

  it('says that a filter matches nobody, and how it was sent', async () => {
    const seen = await servers.check({ users: { locations: [{ ...EVERYBODY, filter: '(employeeType=robot)' }] } })

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(
        /LOCATION_EMPTY: .*no entry fits the filter \(employeeType=robot\).* → Correct the base or the filter/,
      ),
    ])
  })

  it('names an attribute that the schema does not know, and one that is empty for all', async () => {
    const seen = await servers.check({ users: { map: { alias: 'givenNam', organization: 'o' } } })

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(
        /^failed givenNam ATTRIBUTE_UNKNOWN: .*did you mean 'givenName'\? → Correct users\.map\.alias/,
      ),
    ])
    expect(seen.told('directory', 'warning').join('\n')).toMatch(
      /^warning organization MAPPING_EMPTY: .*none of 8 people/m,
    )
  })

  it('names each group that is not there, and does not take its members for nobody', async () => {
    const seen = await servers.check({
      users: {
        locations: [{ base: EVERYBODY.base, group: groupDn('all') }, EVERYBODY],
        map: { custom_role: { byGroup: { [groupDn('leads')]: 'Lead' } } },
      },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', group: groupDn('managed') }] },
    })

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(/^failed users\.locations\[0\] SCOPE_GROUP_MISSING: .*'cn=all,/),
      expect.stringMatching(/^failed groups\.locations\[0\] SCOPE_GROUP_MISSING: .*'cn=managed,/),
    ])
    expect(seen.told('directory', 'unknown')).toEqual([
      'unknown users.locations[0]: Not looked at, since not all groups can be read',
    ])
  })

  it('says that a group which decides roles is not there', async () => {
    const role = { byGroup: { [groupDn('boss')]: 'agent' }, default: 'end-user' }
    const seen = await servers.check({ users: { map: { role } } })

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(/^failed groups GROUP_MEMBERS_UNREAD: .*decides roles.*cn=boss,/),
    ])
  })

  it('says what type the server is where another one is configured', async () => {
    const seen = await servers.check({ directory: { type: '389ds', status: null } })

    expect(seen.told('directory', 'warning').join('\n')).toMatch(
      /type DIRECTORY_TYPE_UNFIT: .* → Set directory\.type: openldap/,
    )
  })

  it('says how changes are followed', async () => {
    const seen = await servers.check({ schedule: { watch: '2s' } })

    expect(seen.told('directory', 'ok').join('\n')).toMatch(
      /changes: Followed within seconds by modifyTimestamp; deletions are found by the schedule, every 12 h/,
    )
  })

  it('waits for a server that never answers no longer than its deadline, and tells the rest', async () => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo

    const seen = await servers.check({ directory: { urls: [`ldap://127.0.0.1:${port}`] } }, { deadlineMs: 4_000 })
    silent.close()

    expect(seen.told('directory', 'failed')).toEqual([
      expect.stringMatching(/^failed deadline: It was not done after 4 s/),
    ])
    expect(seen.told('redis', 'ok').join('\n')).toMatch(/server: Redis/)
  })
})
