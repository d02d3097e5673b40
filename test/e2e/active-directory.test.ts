import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { startSamba, type SambaServer } from '../fixtures/samba.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

const STAFF = 'OU=Staff,DC=corp,DC=test'
const dn = (name: string) => `CN=${name},${STAFF}`
const mail = (...names: string[]) => names.map((name) => `${name}@corp.test`)
const NO_PASSWORD_NEEDED = '544' // NORMAL_ACCOUNT and PASSWD_NOTREQD

let samba: SambaServer | { readonly missing: string }
beforeAll(async () => {
  samba = await startSamba()
  if (!('missing' in samba)) owned.use(samba)
}, 300_000) // it may have to be installed

describe('a real Active Directory’s primary groups', () => {
  it('count for roles, managed groups and locations, nested ones included, though `member` and `memberOf` lack them', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    await addEntry(server, STAFF, { objectClass: 'organizationalUnit', ou: 'Staff' })
    for (const name of ['ada', 'bob', 'cid'])
      await addEntry(server, dn(name), {
        objectClass: 'user',
        sAMAccountName: name,
        mail: `${name}@corp.test`,
        userAccountControl: NO_PASSWORD_NEEDED,
      })
    const group = (name: string, ...member: string[]) =>
      addEntry(server, dn(name), { objectClass: 'group', sAMAccountName: name, member: member.map(dn) })
    await group('scope')
    await group('inner', 'ada', 'bob')
    await group('agents', 'inner')
    await group('zd-team', 'ada', 'bob', 'cid')
    await modifyEntry(server, dn('scope'), { add: { member: `CN=Domain Users,CN=Users,${server.suffix}` } })
    const world = owned.use(await openAd(server))
    await world.step()
    const before = { agents: await agents(world), team: await world.zendesk.members('zd-team') }
    const inScope = (await world.zendesk.users()).map((user) => user.email)

    await modifyEntry(server, dn('ada'), { replace: { primaryGroupID: await server.ridOf(dn('inner')) } })
    await modifyEntry(server, dn('bob'), { replace: { primaryGroupID: await server.ridOf(dn('zd-team')) } })
    await world.step()
    await world.step()

    expect(inScope).toEqual(mail('ada', 'bob', 'cid'))
    expect(before).toEqual({ agents: mail('ada', 'bob'), team: mail('ada', 'bob') })
    expect({ agents: await agents(world), team: await world.zendesk.members('zd-team') }).toEqual(before)
    expect((await world.zendesk.users()).filter((user) => user.suspended)).toEqual([])
    expect(await world.ledger.held()).toEqual([])
    expect((await world.problems('group')).map((problem) => problem.code)).toEqual(['END_USERS_IN_GROUP'])
  }, 120_000)
})

/** Everybody of Domain Users, which lies elsewhere, is in scope; whoever is in `agents` is an agent. */
function openAd(server: SambaServer): Promise<World> {
  return openWorld({
    ldif: '',
    ldapUrl: async () => server.url,
    config: {
      directory: {
        type: 'active-directory',
        bindDn: server.adminDn,
        bindPassword: server.adminPassword,
        status: null,
        membership: null,
      },
      users: {
        locations: [{ base: STAFF, group: dn('scope'), nested: true }],
        map: {
          name: 'cn',
          role: {
            byGroup: { [`cn=agents,ou=groups,dc=example,dc=org`]: null, [dn('agents')]: 'agent' },
            allowDowngrade: true,
          },
        },
      },
      groups: { locations: [{ base: STAFF, filter: '(cn=zd-*)' }] },
    },
  })
}

async function agents(world: World): Promise<(string | null)[]> {
  return (await world.zendesk.users()).filter((user) => user.role === 'agent').map((user) => user.email)
}
