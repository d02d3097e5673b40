import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifDelete } from '@provisioner/sandbox/servers/ldif.ts'
import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'
import { openTestDirectory, type TestDirectory } from '../fixtures/open-test-directory.ts'
import { startSamba, type SambaServer } from '../fixtures/samba.ts'
import { until } from '../fixtures/until.ts'
import { account, AGENTS, openAd, openUnit, sambaAccess, STAFF } from '../fixtures/samba-world.ts'
import type { World } from '../fixtures/world.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

const dn = (name: string) => `CN=${name},${STAFF}`
const mail = (...names: string[]) => names.map((name) => `${name}@corp.test`)

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
    for (const name of ['ada', 'bob', 'cid']) await addEntry(server, dn(name), account(name))
    const group = (name: string, ...member: string[]) =>
      addEntry(server, dn(name), { objectClass: 'group', sAMAccountName: name, member: member.map(dn) })
    await group('scope')
    await group('inner', 'ada', 'bob')
    await group('agents', 'inner')
    await group('zd-team', 'ada', 'bob', 'cid')
    await modifyEntry(server, dn('scope'), { add: { member: `CN=Domain Users,CN=Users,${server.suffix}` } })
    const world = owned.use(await openAd(server, 'Administrator@corp.test', PRIMARY_GROUPS))
    await world.step()
    const before = { agents: await agents(world), team: await world.zendesk.members('zd-team') }
    const inScope = (await world.zendesk.users()).map((user) => user.email)

    await modifyEntry(server, dn('ada'), { replace: { primaryGroupID: await server.ridOf(dn('inner')) } })
    await modifyEntry(server, dn('bob'), { replace: { primaryGroupID: await server.ridOf(dn('zd-team')) } })
    await world.step()
    await world.step()

    expect(inScope).toEqual(mail('ada', 'bob', 'cid'))
    const found = world.logs.find(({ msg }) => msg === 'Directory found')
    expect(found).toMatchObject({ server: expect.stringMatching(/^Active Directory \(Samba/) })
    expect(before).toEqual({ agents: mail('ada', 'bob'), team: mail('ada', 'bob') })
    expect({ agents: await agents(world), team: await world.zendesk.members('zd-team') }).toEqual(before)
    expect((await world.zendesk.users()).filter((user) => user.suspended)).toEqual([])
    expect(await world.ledger.held()).toEqual([])
    expect((await world.problems('group')).map((problem) => problem.code)).toEqual(['END_USERS_IN_GROUP'])
  }, 120_000)
})

describe('a real Active Directory’s accounts', () => {
  it('are disabled once they have expired, by an entry that did not change', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    const { base, at } = await openUnit(server, 'Contracts')
    const ends = { ended: filetime(-60_000), later: filetime(3_600_000), never: NEVER, zero: '0' }
    for (const [name, accountExpires] of Object.entries(ends))
      await addEntry(server, at(name), { ...account(name), accountExpires })
    await addEntry(server, at('unset'), account('unset'))
    const world = owned.use(await openAd(server, 'CORP\\Administrator', { users: { locations: [{ base }] } }))
    await world.step()
    const before = (await world.zendesk.users()).map(({ email, suspended }) => [email, suspended])

    await modifyEntry(server, at('later'), { replace: { accountExpires: filetime(1_500) } })
    await until(
      async () => {
        await world.step()
        return (await world.zendesk.user('later@corp.test'))?.suspended === true
      },
      30_000,
      () => 'an account that has expired meanwhile is not suspended',
    )
    await modifyEntry(server, at('later'), { replace: { accountExpires: NEVER } })
    await world.step()

    expect(before).toEqual(mail('later', 'never', 'unset', 'zero').map((address) => [address, false]))
    expect((await world.zendesk.user('later@corp.test'))?.suspended).toBe(false)
    expect(await world.problems('user')).toEqual([])
  }, 120_000)

  it('are people: no filter finds a computer, a nested group or a contact that it does not ask for', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    const { base, at } = await openUnit(server, 'Mixed')
    await addEntry(server, at('eva'), account('eva'))
    await addEntry(server, at('fay'), account('fay'))
    await addEntry(server, at('guest'), { objectClass: 'contact', mail: 'guest@corp.test' })
    const computer = { sAMAccountName: 'pc$', userAccountControl: '4096', mail: 'pc@corp.test' }
    await addEntry(server, at('pc'), { objectClass: 'computer', ...computer })
    const group = (name: string, ...member: string[]) =>
      addEntry(server, at(name), { objectClass: 'group', sAMAccountName: name, mail: `${name}@corp.test`, member })
    await group('crew-inner', at('fay'))
    await group('crew', at('crew-inner'), at('eva'), at('pc'))
    const found = async (filter: string) => {
      await using world = await openAd(server, server.adminDn, {
        users: { locations: [{ base, filter }] },
        groups: { locations: [{ base, filter: `(memberOf=${at('crew')})` }] },
      })
      await world.step()
      expect(await world.problems('user')).toEqual([])
      const { groups } = await world.zendesk.call<{ groups: { name: string }[] }>('GET', '/api/v2/groups')
      expect(groups.map(({ name }) => name).filter((name) => /^(crew|eva|pc)/.test(name))).toEqual(['crew-inner'])
      return (await world.zendesk.users()).map(({ email }) => email)
    }

    expect(await found(`(memberOf=${at('crew')})`)).toEqual(mail('eva'))
    expect(await found('(&(objectClass=user)(mail=*))')).toEqual(mail('eva', 'fay'))
    expect(await found('(|(objectClass=user)(objectClass=contact))')).toEqual(mail('eva', 'fay', 'guest'))
  }, 120_000)
})

describe('a real Active Directory’s members of other domains', () => {
  it('are told once for each group, and everybody signed in is none', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    const { base, at } = await openUnit(server, 'Trust')
    await addEntry(server, at('gil'), account('gil'))
    const group = (name: string, ...member: string[]) =>
      addEntry(server, at(name), { objectClass: 'group', sAMAccountName: name, member })
    const theirs = ['1104', '1105', '1106', '1107'].map((rid) => `S-1-5-21-11-22-33-${rid}`)
    await group('zd-inner', ...theirs.map((sid) => `<SID=${sid}>`))
    await group('zd-trust', at('zd-inner'), at('gil'), `CN=S-1-5-11,CN=ForeignSecurityPrincipals,${server.suffix}`)
    const world = owned.use(
      await openAd(server, server.adminDn, {
        users: { locations: [{ base }] },
        groups: { locations: [{ base, filter: '(cn=zd-trust)', nested: true }] },
      }),
    )

    await world.step()

    const told = (await world.problems('group')).filter(({ code }) => code === 'MEMBERS_OF_OTHER_DOMAINS')
    expect(told.map(({ dn: of, what }) => [of, what])).toEqual([
      [
        at('zd-trust'),
        '4 members of the group are of another domain, which this connection does not read, and left out, ' +
          'as no other connection of the account has them as team members: ' +
          `${theirs.slice(0, 3).join('; ')}; 1 more`,
      ],
    ])
  }, 120_000)

  it('are read from a global catalogue, which has the people and groups of the forest', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    const { base, at } = await openUnit(server, 'Forest')
    await addEntry(server, at('jon'), account('jon'))
    const universal = { objectClass: 'group', groupType: '-2147483640', sAMAccountName: 'zd-forest', member: at('jon') }
    await addEntry(server, at('zd-forest'), universal)
    const wanted = { users: { locations: [{ base }], map: AGENTS }, groups: { locations: [{ base }] } }
    const world = owned.use(await openAd({ ...server, url: `${server.url}:3268` }, server.adminDn, wanted))

    await world.step()
    await modifyEntry(server, at('jon'), { replace: { userAccountControl: '546' } })
    const members = await world.zendesk.members('zd-forest')
    await world.step()

    expect(members).toEqual(mail('jon'))
    expect((await world.zendesk.user('jon@corp.test'))?.suspended).toBe(true)
    expect(await world.problems('group')).toEqual([])
  }, 120_000)
})

describe('a real Active Directory’s changes', () => {
  it('are followed, deletions too; those of computers move the token, and bring no cycle', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    const { base, at } = await openUnit(server, 'Followed')
    await addEntry(server, at('hal'), account('hal'))
    await addEntry(server, at('pc2'), { objectClass: 'computer', sAMAccountName: 'pc2$', userAccountControl: '4096' })
    const world = owned.use(
      await openAd(server, server.adminDn, {
        users: { locations: [{ base }] },
        schedule: { every: '12h', watch: '1s' },
      }),
    )
    await world.step()
    const first = await world.ledger.lastCycle()
    const directory = owned.use(openTestDirectory(sambaAccess(server)))
    const signal = new AbortController().signal
    const quiet = await tokenOf(directory, base)

    await modifyEntry(server, at('pc2'), { replace: { description: 'moved' } })
    const moved = await tokenOf(directory, base)
    const ofComputer = await directory.hasChangedSince([base], quiet, signal)
    const ofAnother = await directory.hasChangedSince([base], { ...quiet, server: 'another-invocation' }, signal)
    await addEntry(server, at('ida'), account('ida'))
    await untilFollowed(async () => (await world.zendesk.user('ida@corp.test')) !== undefined)
    const added = await tokenOf(directory, base)
    await applyLdif(server, ldifDelete(at('hal')))
    const ofDeletion = await directory.hasChangedSince([base], added, signal)
    await untilFollowed(async () => (await world.zendesk.user('hal@corp.test'))?.suspended === true)

    expect(first?.changeToken).toEqual({ by: 'highestCommittedUSN', server: quiet.server, value: expect.any(String) })
    expect(quiet.server).toMatch(/^[0-9a-f]{32}$/)
    expect([BigInt(moved.value) > BigInt(quiet.value), ofComputer, ofAnother, ofDeletion]).toEqual([
      true,
      false,
      true,
      true,
    ])
  }, 120_000)
})

async function tokenOf(directory: TestDirectory, base: string): Promise<ChangeToken> {
  const token = await directory.changeToken([base], new AbortController().signal)
  if (typeof token !== 'object') throw new Error('The domain controller shows no change token')
  return token
}

function untilFollowed(condition: () => Promise<boolean>): Promise<void> {
  return until(condition, 30_000, () => 'a change was not followed')
}

/** Everybody of Domain Users, which lies elsewhere, is in scope; whoever is in `agents` is an agent. */
const PRIMARY_GROUPS = {
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
}

const NEVER = '9223372036854775807'

/** The moment in so many milliseconds, as `accountExpires` has it. */
function filetime(ms: number): string {
  return String(BigInt(Date.now() + ms) * 10_000n + 116_444_736_000_000_000n)
}

async function agents(world: World): Promise<(string | null)[]> {
  return (await world.zendesk.users()).filter((user) => user.role === 'agent').map((user) => user.email)
}
