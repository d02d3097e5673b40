import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { groupDn, person, personDn } from '../fixtures/people.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { runCli } from '../fixtures/cli.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SUFFIX = 'dc=example,dc=org'
const mail = (...uids: string[]) => uids.map((uid) => `${uid}@example.org`)

/** Of Active Directory's schema what primary groups take; slapd has the rest. */
const SCHEMA = `
attributetype ( 1.2.840.113556.1.4.146 NAME 'objectSid' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.98 NAME 'primaryGroupID' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.782 NAME 'objectCategory' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY MAY ( objectSid $ primaryGroupID $ objectCategory ) )
objectclass ( 1.2.840.113556.1.5.8 NAME 'group' SUP top STRUCTURAL MUST cn MAY ( objectSid $ member ) )
`

/** The bytes of S-1-5-21-DOMAIN-2-3-RID ([MS-DTYP] 2.4.2.2). */
function sid(rid: number, domain = 1): Buffer {
  const parts = Buffer.alloc(20)
  for (const [i, part] of [21, domain, 2, 3, rid].entries()) parts.writeUInt32LE(part, 4 * i)
  return Buffer.concat([Buffer.from('0105000000000005', 'hex'), parts])
}

const group = (cn: string, rid: number, member: readonly string[] = []) =>
  ldifEntry(groupDn(cn), { objectClass: 'group', cn, objectSid: sid(rid), member })

const DOMAIN_USERS = 513
const user = (uid: string, rid: number, primary = DOMAIN_USERS, domain = 1) =>
  ldifEntry(personDn(uid), {
    ...person({ uid }),
    objectClass: ['inetOrgPerson', 'worker', 'user'],
    objectCategory: 'person',
    objectSid: sid(rid, domain),
    primaryGroupID: String(primary),
  })
const makePrimary = (uid: string, rid: number) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { primaryGroupID: String(rid) } })

/** As Active Directory does: the new primary group names the user no more. */
async function movePrimary(uid: string, rid: number, from: string): Promise<void> {
  await makePrimary(uid, rid)
  await modifyEntry(world.slapd, groupDn(from), { delete: { member: personDn(uid) } })
}

async function open(groups: string[], users: string[], config: ConfigChanges = {}): Promise<void> {
  const folders = ['people', 'groups'].map((ou) =>
    ldifEntry(`ou=${ou},${SUFFIX}`, { objectClass: 'organizationalUnit', ou }),
  )
  world = await openWorld({
    ldif: [...folders, ...groups, ...users].join('\n'),
    slapd: { schema: SCHEMA },
    config: {
      ...config,
      directory: { type: 'active-directory', id: 'entryUUID', membership: null },
      users: { map: { role: { byGroup: null, default: 'agent' } }, ...(config['users'] as object) },
    },
  })
}

describe('a primary group', () => {
  it.each([
    ['a managed group', false, [group('zd-team', 1200, [personDn('ada'), personDn('bob')])], 1200, 'zd-team'],
    [
      'a group nested in a managed one',
      true,
      [group('zd-team', 1200, [groupDn('inner')]), group('inner', 1201, [personDn('ada'), personDn('bob')])],
      1201,
      'inner',
    ],
  ])('counts as a membership of %s', async (_what, nested, groups, rid, from) => {
    await open(groups, [user('ada', 1104), user('bob', 1105)], {
      groups: { locations: [{ base: `ou=groups,${SUFFIX}`, filter: '(cn=zd-*)', nested }] },
    })
    await world.step()
    await world.zendesk.forgetRequests()

    await movePrimary('ada', rid, from)
    await world.step()
    const moved = await world.zendesk.writes()
    await makePrimary('ada', DOMAIN_USERS)
    await world.step()

    expect(moved).toEqual([])
    expect(await world.zendesk.members('zd-team')).toEqual(mail('bob'))
  })

  it('counts when it is everybody’s, and the group names nobody', async () => {
    await open([group('zd-all', DOMAIN_USERS)], [user('ada', 1104), user('bob', 1105, 1200)])

    await world.step()

    expect(await world.zendesk.members('zd-all')).toEqual(mail('ada'))
    expect(await world.problems('group')).toEqual([])
  })

  it('takes nobody’s membership in silence once no entry names it', async () => {
    await open([group('zd-all', 1200)], [user('ada', 1104, 1200), user('bob', 1105, 1200)])
    await world.step()

    for (const uid of ['ada', 'bob']) await modifyEntry(world.slapd, personDn(uid), { delete: { primaryGroupID: [] } })
    await world.step()

    expect(await world.zendesk.members('zd-all')).toEqual(mail('ada', 'bob'))
    expect((await world.problems('group')).map(({ code }) => code)).toEqual(['GROUP_MEMBERS_UNREAD'])
  })

  it('of another domain with the same RID does not', async () => {
    await open([group('zd-all', DOMAIN_USERS)], [user('ada', 1104), user('eve', 1104, DOMAIN_USERS, 9)])

    await world.step()

    expect(await world.zendesk.members('zd-all')).toEqual(mail('ada'))
  })

  it('counts for a role, nested too, and `provisioner map` says so', async () => {
    await open(
      [group('agents', 1200, [groupDn('inner')]), group('inner', 1201, [personDn('ada'), personDn('bob')])],
      [user('ada', 1104), user('bob', 1105), user('cid', 1106)],
      { users: { map: { role: { allowDowngrade: true } } } },
    )
    await world.step()
    const before = await agents()

    await movePrimary('ada', 1201, 'inner')
    await world.step()

    expect([before, await agents()]).toEqual([mail('ada', 'bob'), mail('ada', 'bob')])
    expect((await runCli(world, ['map', personDn('ada')])).stdout).toMatch(/role: set "agent"\n {4}in group cn=agents/)
  })

  it('counts as a location’s group, nested too', async () => {
    const scope = { base: `ou=people,${SUFFIX}`, group: groupDn('scope'), nested: true }
    await open(
      [group('scope', 1200, [groupDn('everybody')]), group('everybody', DOMAIN_USERS)],
      [user('ada', 1104), user('bob', 1105, 1200), user('cid', 1106, 1999)],
      { users: { locations: [scope], map: { role: { byGroup: null, default: 'agent' } } } },
    )

    await world.step()
    await world.step()

    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(mail('ada', 'bob'))
    expect(await world.problems('group')).toEqual([])
  })
})

async function agents(): Promise<(string | null)[]> {
  return (await world.zendesk.users()).filter(({ role }) => role === 'agent').map(({ email }) => email)
}
