import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifDelete } from '@provisioner/sandbox/servers/ldif.ts'
import { normaliseDn } from '@provisioner/producer/directory/dn.ts'
import { openTestDirectory, readAll } from '../fixtures/open-test-directory.ts'
import { startSamba, type SambaServer } from '../fixtures/samba.ts'
import { account, AGENTS, openAd, openUnit, sambaAccess } from '../fixtures/samba-world.ts'
import { startTcpProxy } from '../fixtures/tcp-proxy.ts'
import type { World } from '../fixtures/world.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

/** A domain controller each, of two forests. */
let forests: readonly [SambaServer, SambaServer] | { readonly missing: string }
beforeAll(async () => {
  const corp = await startSamba()
  if (!('missing' in corp)) owned.use(corp)
  const sister = 'missing' in corp ? corp : await startSamba('sister')
  if (!('missing' in sister)) owned.use(sister)
  if (!('missing' in corp)) forests = 'missing' in sister ? sister : [corp, sister]
  else forests = corp
}, 300_000) // it may have to be installed

/** What `staff` tells of members whom it does not read, by code. */
const told = async (world: World) =>
  [...(await world.problems('group')), ...(await world.problems('connection'))].map(({ code }) => code)

/** Ada is of the first forest; Eve, Fay and Gus, who is no agent, of the second. All are in a group of the first. */
async function openForests([corp, sister]: readonly [SambaServer, SambaServer], ou: string, users = {}) {
  const [unit, theirs] = [await openUnit(corp, ou), await openUnit(sister, ou)]
  const names = { ada: `ada-${ou}`, eve: `eve-${ou}`, fay: `fay-${ou}`, gus: `gus-${ou}` }
  await addEntry(corp, unit.at('ada'), account(names.ada))
  for (const name of ['eve', 'fay', 'gus'] as const) await addEntry(sister, theirs.at(name), account(names[name]))
  const agents = [theirs.at('eve'), theirs.at('fay')]
  await addEntry(sister, theirs.at('agents'), { objectClass: 'group', sAMAccountName: `agents-${ou}`, member: agents })
  const sidOf = (name: string) => sister.sidOf(theirs.at(name))
  const sids = { eve: await sidOf('eve'), fay: await sidOf('fay'), gus: await sidOf('gus') }
  const member = [unit.at('ada'), ...Object.values(sids).map((sid) => `<SID=${sid}>`)]
  await addEntry(corp, unit.at('zd-joint'), { objectClass: 'group', sAMAccountName: `zd-joint-${ou}`, member })
  const proxy = owned.use(await startTcpProxy(389, new URL(sister.url).hostname))
  const partners = {
    id: 'partners',
    directory: { ...sambaAccess(sister), urls: [`ldap://127.0.0.1:${proxy.port}`], status: null, membership: null },
    users: {
      map: { name: 'cn', role: { byGroup: { [theirs.at('agents')]: 'agent' }, default: 'end-user' } },
      locations: [{ base: theirs.base }],
      ...users,
    },
    groups: null,
  }
  const staff = {
    users: { map: AGENTS, locations: [{ base: unit.base }] },
    groups: { locations: [{ base: unit.base }] },
  }
  const world = owned.use(await openAd(corp, corp.adminDn, staff, [partners]))
  const mails = (...of: (keyof typeof names)[]) => of.map((name) => `${names[name]}@corp.test`)
  return { world, proxy, sids, mails, group: unit.at('zd-joint'), theirs: theirs.at, at: unit.at }
}

describe('a group of Active Directory with members of another forest', () => {
  it('has in Zendesk those whom another connection has, and loses who leaves it there', async (context) => {
    if ('missing' in forests) return context.skip(forests.missing)
    const [corp, sister] = forests
    const { world, sids, mails, group, theirs } = await openForests(forests, 'Joint')
    const members = () => world.zendesk.members('zd-joint')

    await world.step()
    const before = { members: await members(), told: await told(world) }
    await world.step()
    const both = { members: await members(), told: await told(world) }
    const left = (await world.problems('group')).map(({ what }) => what)
    await world.fullStep()
    const audited = await members()
    await modifyEntry(corp, group, {
      delete: { member: `CN=${sids.eve},CN=ForeignSecurityPrincipals,${corp.suffix}` },
    })
    await world.step()
    const withoutEve = await members()
    await applyLdif(sister, ldifDelete(theirs('fay')))
    await world.step()
    await world.step()
    const removals = world.logs.filter(({ audit, operation }) => audit && operation === 'remove member')

    expect(before).toEqual({ members: mails('ada'), told: ['FOREIGN_MEMBERS_UNKNOWN'] })
    expect(left).toEqual([expect.stringMatching(`^One member .*: ${sids.gus}$`)])
    expect(both).toEqual({ members: mails('ada', 'eve', 'fay'), told: ['MEMBERS_OF_OTHER_DOMAINS'] })
    expect(audited).toEqual(both.members)
    expect(withoutEve).toEqual(mails('ada', 'fay'))
    expect(await members()).toEqual(mails('ada'))
    expect(await told(world)).toEqual(['MEMBERS_OF_OTHER_DOMAINS'])
    expect((await world.zendesk.user(mails('fay')[0]!))?.suspended).toBe(true)
    expect(removals.map(({ what }) => what)).toEqual(mails('eve', 'fay').map((mail) => `${mail} in zd-joint`))
  }, 120_000)

  it('keeps who has left the other forest for as long as its connection leaves them as they are', async (context) => {
    if ('missing' in forests) return context.skip(forests.missing)
    const [, sister] = forests
    const { world, mails, theirs } = await openForests(forests, 'Slow', { removeAfter: { deleted: '2h' } })
    await world.step()
    await world.step()

    await applyLdif(sister, ldifDelete(theirs('fay')))
    await world.step()
    await world.fullStep()

    expect(await world.zendesk.members('zd-joint')).toEqual(mails('ada', 'eve', 'fay'))
    expect((await world.zendesk.user(mails('fay')[0]!))?.suspended).toBe(false)
  }, 120_000)

  it('keeps who moves from one forest to the other, in which the group is', async (context) => {
    if ('missing' in forests) return context.skip(forests.missing)
    const [corp, sister] = forests
    const { world, mails, group, theirs, at } = await openForests(forests, 'Moved')
    const members = () => world.zendesk.members('zd-joint')
    await world.step()
    await world.step()
    const [mail] = mails('eve')
    const { id } = (await world.zendesk.user(mail!))!

    await applyLdif(sister, ldifDelete(theirs('eve')))
    await addEntry(corp, at('eve'), { ...account('eve-moved'), mail: mail! })
    await modifyEntry(corp, group, { add: { member: at('eve') } })
    for (let i = 0; i < 4; i++) await world.step()
    const moved = await members()
    await world.fullStep()

    expect((await world.zendesk.user(mail!))!).toMatchObject({ id, suspended: false })
    expect([moved, await members()]).toEqual([mails('ada', 'eve', 'fay'), mails('ada', 'eve', 'fay')])
    expect(await world.zendesk.requests({ method: 'DELETE', path: /group_memberships/ })).toEqual([])
  }, 120_000)

  it('keeps them while the other connection can’t tell who they are, which is said', async (context) => {
    if ('missing' in forests) return context.skip(forests.missing)
    const { world, mails, proxy } = await openForests(forests, 'Away')
    const members = () => world.zendesk.members('zd-joint')
    await world.step()
    await world.step()
    const before = await members()
    const stepAlone = async () => {
      await expect(world.cycle()).rejects.toThrow()
      await world.settled()
      return (await world.problems('connection')).map(({ code, what }) => [code, what])
    }

    proxy.turnTo(1)
    proxy.cut()
    const away = await stepAlone()
    const failing = await stepAlone()
    const kept = await members()
    proxy.turnTo(389)
    await world.step()
    await world.step()

    expect(before).toEqual(mails('ada', 'eve', 'fay'))
    const why = (words: string) => [
      [
        'FOREIGN_MEMBERS_UNKNOWN',
        expect.stringContaining(`'partners' can't tell who 3 members of other domains are: ${words}`),
      ],
    ]
    expect(away).toEqual(why('No directory server could be reached'))
    expect(failing).toEqual(why('its cycles fail (DIRECTORY_UNREACHABLE)'))
    expect([kept, await members()]).toEqual([before, before])
    expect(await told(world)).toEqual(['MEMBERS_OF_OTHER_DOMAINS'])
  }, 120_000)
})

describe('members of a real Active Directory', () => {
  it('are identified by SID and by DN, whatever is in it', async (context) => {
    if ('missing' in forests) return context.skip(forests.missing)
    const [corp, sister] = forests
    const { base, at } = await openUnit(corp, 'Identified')
    const [odd, plain] = [at('O(dd), *n\\,e'.replace(', ', '\\, ')), at('plain')]
    await addEntry(corp, odd, account('odd'))
    await addEntry(corp, plain, account('plain'))
    const directory = owned.use(openTestDirectory({ ...sambaAccess(corp), id: 'objectGUID' }))
    const all = await readAll(directory, { base, filter: '(objectClass=user)', attributes: [] })
    const idOf = new Map(all.entries.map(({ dn, id }) => [normaliseDn(dn), id]))
    const members = [normaliseDn(odd), await corp.sidOf(plain), await sister.sidOf(sister.adminDn), `cn=nobody,${base}`]

    const { ids, doubt } = await directory.identify(members, [base], new AbortController().signal)

    expect(Object.fromEntries(ids)).toEqual({
      [members[0]!]: idOf.get(normaliseDn(odd)),
      [members[1]!]: idOf.get(normaliseDn(plain)),
    })
    expect([idOf.size, doubt]).toEqual([2, undefined])
  })
})
