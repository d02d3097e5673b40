import { expect, it } from 'vitest'
import { addEntry, applyLdif, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifRename } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { addressOf, type RunningDirectory } from '../fixtures/directory-kinds.ts'
import { onDirectories } from '../fixtures/on-directories.ts'
import type { World } from '../fixtures/world.ts'

/** Of the configuration that tests have anywhere else. */
const OTHERS = 'cn=agents,ou=groups,dc=example,dc=org'

/** Adds people of these names to a test's unit, and says where each is. */
async function people(directory: RunningDirectory, test: string, ...names: string[]): Promise<string[]> {
  const dns = names.map((name) => directory.dn(name, `${test}-people`))
  for (const [i, name] of names.entries()) await addEntry(directory, dns[i]!, directory.person(name))
  return dns
}

const shown = async (world: World) =>
  Object.fromEntries(
    (await world.zendesk.users()).map(({ email, suspended }) => [
      email!.split('@')[0],
      suspended ? 'suspended' : 'active',
    ]),
  )

onDirectories((on) => {
  it.for([
    ['is not created', false, ['amy', 'ann', 'anton']],
    ['is created suspended with provisionDisabled', true, ['bea', 'bev', 'bob']],
  ] as const)(
    'who is disabled from the start %s',
    { timeout: 120_000 },
    async ([, provisionDisabled, names], context) => {
      if (on.missing) return context.skip(on.missing)
      const { directory } = on
      const test = provisionDisabled ? 'created' : 'kept'
      await using world = await on.openOn(test, { users: { provisionDisabled } })
      const [isNew, isThere] = await people(directory, test, ...names)
      for (const dn of [isNew!, isThere!]) await modifyEntry(directory, dn, directory.disable)
      await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Some Name', email: addressOf(names[1]) } })

      await world.step()

      const [first, second, third] = names.map((name) => addressOf(name).split('@')[0]!)
      const others = { [second!]: 'suspended', [third!]: 'active' }
      expect(await shown(world)).toEqual(provisionDisabled ? { [first!]: 'suspended', ...others } : others)
    },
  )

  it('who is deleted, moved away and disabled goes the way that each is given; nobody comes back unasked', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const remove = { deleted: 'delete', outOfScope: 'ignore', disabled: 'suspend' }
    await using world = await on.openOn('ways', { users: { remove } })
    const [cid, dan, eve] = await people(directory, 'ways', 'cid', 'dan', 'eve', 'fay')
    await world.step()

    await deleteEntry(directory, cid!)
    await applyLdif(directory, ldifRename(dan!, 'cn=dan', `ou=ways-left,${directory.suffix}`))
    await modifyEntry(directory, eve!, directory.disable)
    await world.step()
    await world.step()

    expect(await shown(world)).toEqual({ dan: 'active', eve: 'suspended', fay: 'active' })
  }, 120_000)

  it('what is switched off is not done, and is counted', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const off = { actions: { create: false, update: false }, remove: { disabled: 'ignore', deleted: 'ignore' } }
    await using world = await on.openOn('switch', { users: off })
    const [gil, hal] = await people(directory, 'switch', 'gil', 'hal', 'ida')
    for (const name of ['gil', 'hal'])
      await world.zendesk.call('POST', '/api/v2/users', { user: { name, email: addressOf(name) } })
    await world.step()
    await world.zendesk.forgetRequests()

    await modifyEntry(directory, gil!, { replace: { telephoneNumber: '2' } })
    await modifyEntry(directory, hal!, directory.disable)
    await world.step()

    expect(await world.zendesk.writes()).toEqual([])
    const counted = { 'create user': 1, 'update user': 1, 'suspend user': 1 }
    expect((await world.ledger.lastCycle())?.switchedOff).toMatchObject(counted)
  }, 120_000)

  it('a change sends what differs and nothing else', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    await using world = await on.openOn('differ')
    const [jon] = await people(directory, 'differ', 'jon')
    await world.step()
    await world.zendesk.forgetRequests()

    await modifyEntry(directory, jon!, { replace: { telephoneNumber: '2' } })
    await world.step()

    expect((await world.zendesk.writes()).map(({ body }) => body)).toEqual([{ user: { phone: '2' } }])
  }, 120_000)

  it('entries at fault are left out and told, and everybody beside them goes on', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    await using world = await on.openOn('fault')
    const [kay, leo] = await people(directory, 'fault', 'kay', 'leo', 'mia', 'noa')
    await modifyEntry(directory, kay!, { replace: { mail: [] } })
    await modifyEntry(directory, leo!, { replace: { mail: 'no address' } })
    await world.step()
    const told = (await world.problems('user')).map(({ code }) => code).sort()

    await modifyEntry(directory, kay!, { replace: { mail: addressOf('kay') } })
    await world.step()

    expect(told).toEqual(['EMAIL_MALFORMED', 'EMAIL_MISSING'])
    expect(Object.keys(await shown(world))).toEqual(['kay', 'mia', 'noa'])
    expect((await world.problems('user')).map(({ code }) => code)).toEqual(['EMAIL_MALFORMED'])
  }, 120_000)

  it('a role rises with its group, and falls only where that is allowed', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const after: string[][] = []
    for (const [test, name, allowDowngrade] of [
      ['stays', 'oli', false],
      ['falls', 'pat', true],
    ] as const) {
      const agents = directory.dn(`${test}-agents`, `${test}-groups`)
      const role = { byGroup: { [OTHERS]: null, [agents]: 'agent' }, allowDowngrade }
      await using world = await on.openOn(test, { users: { map: { name: 'cn', role } } })
      const [dn, other] = await people(directory, test, name, `${name}rick`)
      await addEntry(directory, agents, directory.group(`${test}-agents`, [dn!, other!]))
      await world.step()
      await modifyEntry(directory, agents, { replace: { member: other! } })
      await world.step()
      after.push((await world.zendesk.users()).map((user) => user.role))
    }

    expect(after).toEqual([
      ['agent', 'agent'],
      ['end-user', 'agent'],
    ])
  }, 120_000)

  it('an attribute that goes for many is kept until an admin approves it', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    await using world = await on.openOn('clear', { guard: { clearings: { share: '5%', min: 2 } } })
    const dns = await people(directory, 'clear', 'pam', 'quin', 'ray', 'sue')
    const phones = async () => (await world.zendesk.users()).map((user) => user['phone'] ?? null)
    await world.step()

    for (const dn of dns) await modifyEntry(directory, dn, { replace: { telephoneNumber: [] } })
    await world.step()
    const kept = await phones()
    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(kept).toEqual(Array(4).fill('+49301'))
    expect(await phones()).toEqual(Array(4).fill(null))
  }, 120_000)

  it('expressions, first of several attributes and defaults give what they give anywhere', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const map = {
      name: { from: ['displayName', 'cn'] },
      alias: { expression: '$uppercase(cn)' },
      details: { from: 'roomNumber', default: 'nowhere', expectEmpty: true },
      role: { default: 'end-user', byGroup: null },
    }
    await using world = await on.openOn('map', { users: { map } })
    const [tom] = await people(directory, 'map', 'tom', 'una')
    await modifyEntry(directory, tom!, { replace: { displayName: 'Tömas' } })

    await world.step()

    const said = (await world.zendesk.users()).map(({ name, alias, details }) => [name, alias, details])
    expect(said).toEqual([
      ['Tömas', 'TOM', 'nowhere'],
      ['una', 'UNA', 'nowhere'],
    ])
  }, 120_000)

  it('groups are found by name, renamed and deleted with their entries, but for those that were there', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const dnOf = (name: string) => directory.dn(name, 'named-groups')
    await using world = await on.openOn('named')
    await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'zd-there' } })
    for (const name of ['zd-there', 'zd-old', 'zd-gone'])
      await addEntry(directory, dnOf(name), directory.group(name, []))
    const names = async () =>
      (await world.zendesk.groups()).map(({ name }) => name).filter((name) => name.startsWith('zd-'))
    await world.step()
    const first = await names()

    await applyLdif(directory, ldifRename(dnOf('zd-old'), 'cn=zd-new'))
    for (const name of ['zd-gone', 'zd-there']) await deleteEntry(directory, dnOf(name))
    await world.step()

    expect(first.sort()).toEqual(['zd-gone', 'zd-old', 'zd-there'])
    expect((await names()).sort()).toEqual(['zd-new', 'zd-there'])
  }, 120_000)

  it('users who name their groups themselves are in them, and leave those that they name no more', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const [one, other] = ['zd-one', 'zd-other'].map((name) => directory.dn(name, 'own-groups'))
    const source = { ...directory.config, membership: { group: false, user: 'seeAlso' } }
    const map = { name: 'cn', role: { byGroup: { [OTHERS]: null }, default: 'agent' } }
    await using world = await on.openOn('own', { directory: { status: null, ...source }, users: { map } })
    for (const dn of [one!, other!]) await addEntry(directory, dn, directory.group(dn.slice(3, dn.indexOf(',')), []))
    const [vic] = await people(directory, 'own', 'vic', 'wim')
    await modifyEntry(directory, vic!, { replace: { seeAlso: one! } })
    const members = () => Promise.all(['zd-one', 'zd-other'].map((name) => world.zendesk.members(name)))
    await world.step()
    const before = await members()

    await modifyEntry(directory, vic!, { replace: { seeAlso: other! } })
    await world.step()

    expect([before, await members()]).toEqual([
      [[addressOf('vic')], []],
      [[], [addressOf('vic')]],
    ])
  }, 120_000)
})
