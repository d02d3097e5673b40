import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addEntry, applyLdif, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifRename } from '@provisioner/sandbox/servers/ldif.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { addressOf } from '../fixtures/directory-kinds.ts'
import { onDirectories } from '../fixtures/on-directories.ts'
import { until } from '../fixtures/until.ts'
import type { World } from '../fixtures/world.ts'
import { expectPartOfCycle } from '../property/plans-ahead.ts'

/** DNs of directories are full of them. */
const ODD = 'Lovelace, "Ada" + Söhne'
const ODD_MEMBER = 'Hopper; Grace <Navy> #1'

const CREW = ['lea', 'max', 'nia', 'ole']
const ROUNDS = 12

/** What happens between two cycles. */
const rounds = fc.array(
  fc.record({
    who: fc.constantFrom('max', 'nia', 'ole'),
    what: fc.constantFrom('is disabled', 'is enabled', 'joins', '+49302', '+49303', '+49304'),
  }),
  { minLength: 1, maxLength: 2 },
)

onDirectories((on) => {
  it('people join, change, are disabled and enabled, move away and back, and leave', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const [people, left] = ['life-people', 'life-left']
    const add = (name: string) => addEntry(directory, directory.dn(name, people), directory.person(name))
    await using world = await on.openOn('life')
    for (const name of ['bob', 'cid', 'dan', ODD]) await add(name)
    await world.step()
    const shown = async (name: string) => {
      const user = await world.zendesk.user(addressOf(name))
      return user && { name: user.name, phone: user['phone'], suspended: user.suspended }
    }
    const joined = await Promise.all(['bob', 'cid', 'dan', ODD].map(shown))
    const id = (await world.zendesk.user(addressOf(ODD)))?.id

    await modifyEntry(directory, directory.dn('bob', people), { replace: { telephoneNumber: '+49302' } })
    await modifyEntry(directory, directory.dn('cid', people), directory.disable)
    await applyLdif(directory, ldifRename(directory.dn(ODD, people), rdnOf(ODD), `ou=${left},${directory.suffix}`))
    await deleteEntry(directory, directory.dn('dan', people))
    await world.step()
    const gone = await Promise.all(['bob', 'cid', 'dan', ODD].map(shown))

    await modifyEntry(directory, directory.dn('cid', people), directory.enable)
    await applyLdif(directory, ldifRename(directory.dn(ODD, left), rdnOf(ODD), `ou=${people},${directory.suffix}`))
    await world.step()
    const back = await Promise.all(['bob', 'cid', 'dan', ODD].map(shown))

    const as = (name: string, phone = '+49301', suspended = false) => ({ name, phone, suspended })
    expect(joined).toEqual([as('bob'), as('cid'), as('dan'), as(ODD)])
    expect(gone).toEqual([
      as('bob', '+49302'),
      as('cid', '+49301', true),
      as('dan', '+49301', true),
      as(ODD, '+49301', true),
    ])
    expect(back).toEqual([as('bob', '+49302'), as('cid'), as('dan', '+49301', true), as(ODD)])
    expect((await world.zendesk.user(addressOf(ODD)))?.id).toBe(id)
    expect(await world.problems('user')).toEqual([])
  }, 120_000)

  it('groups and roles follow their members, nested ones, cycles and odd names included', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const [people, groups] = ['team-people', 'team-groups']
    await using world = await on.openOn('team')
    for (const name of ['eva', 'fay', 'gus', ODD_MEMBER])
      await addEntry(directory, directory.dn(name, people), directory.person(name))
    const group = (name: string, ...members: string[]) =>
      addEntry(directory, directory.dn(name, groups), directory.group(name, members))
    const [eva, fay, gus, odd] = ['eva', 'fay', 'gus', ODD_MEMBER].map((name) => directory.dn(name, people))
    await group('team-agents', eva!, fay!, odd!)
    await group('team-inner', odd!)
    await group('zd-help', eva!, directory.dn('team-inner', groups), gus!)
    await modifyEntry(directory, directory.dn('team-inner', groups), {
      add: { member: directory.dn('zd-help', groups) },
    })
    await world.step()
    const before = { agents: await agentsOf(world), help: await world.zendesk.members('zd-help') }

    await modifyEntry(directory, directory.dn('zd-help', groups), { add: { member: fay! }, delete: { member: eva! } })
    await applyLdif(directory, ldifRename(directory.dn(ODD_MEMBER, people), 'cn=Grace'))
    await world.step()
    await world.step()
    const after = { agents: await agentsOf(world), help: await world.zendesk.members('zd-help') }

    const mail = (...names: string[]) => names.map(addressOf).sort()
    expect(before).toEqual({ agents: mail('eva', 'fay', ODD_MEMBER), help: mail('eva', ODD_MEMBER) })
    expect(after.help).toEqual(mail('fay', ODD_MEMBER))
    expect(after.agents).toEqual(mail('eva', 'fay', ODD_MEMBER))
    expect((await world.problems('group')).map(({ code }) => code)).toEqual(['END_USERS_IN_GROUP'])
  }, 120_000)

  it('changes and deletions are followed by its change token', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    const people = 'follow-people'
    await using world = await on.openOn('follow', { schedule: { every: '12h', watch: '1s' } })
    await addEntry(directory, directory.dn('hal', people), directory.person('hal'))
    await world.step()
    const follow = (isThere: () => Promise<boolean>) => until(isThere, 30_000, () => 'a change was not followed')

    await modifyEntry(directory, directory.dn('hal', people), { replace: { telephoneNumber: '+49302' } })
    await follow(async () => (await world.zendesk.user(addressOf('hal')))?.['phone'] === '+49302')
    await deleteEntry(directory, directory.dn('hal', people))
    await follow(async () => (await world.zendesk.user(addressOf('hal')))?.suspended === true)

    expect((await world.ledger.lastCycle())?.changeToken?.by).toMatch(/^(contextCSN|lastusn|highestCommittedUSN)$/)
  }, 120_000)

  it('what changed entries prove by themselves goes out ahead of a cycle, and is a part of it', async (context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    await using world = await on.openOn('ahead', { schedule: { every: '12h', watch: '12h' } })
    const dnOf = (name: string) => directory.dn(name, 'ahead-people')
    const crew = directory.dn('zd-crew', 'ahead-groups')
    for (const name of CREW) await addEntry(directory, dnOf(name), directory.person(name))
    await addEntry(directory, crew, directory.group('zd-crew', [dnOf('lea')]))
    await world.step()

    const ahead: (number | undefined)[] = []
    for (const round of fc.sample(rounds, { seed: 1, numRuns: ROUNDS })) {
      for (const { who, what } of round) {
        const dn = dnOf(who)
        if (what === 'joins') await modifyEntry(directory, crew, { replace: { member: [dnOf('lea'), dn] } })
        else if (what === 'is disabled') await modifyEntry(directory, dn, directory.disable)
        else if (what === 'is enabled') await modifyEntry(directory, dn, directory.enable)
        else await modifyEntry(directory, dn, { replace: { telephoneNumber: what } })
      }
      ahead.push(await expectPartOfCycle(world))
      await world.cycle(CYCLE_JOBS.changed)
      await world.settled()
      await world.step()
    }

    expect(ahead).toHaveLength(ROUNDS)
    expect(ahead.filter((count) => count! > 0).length).toBeGreaterThan(ROUNDS / 3)
  }, 240_000)

  const limits: string[] = on.canLimit ? ['its size limit'] : []
  it.for(limits)('nobody is taken for gone when the server hits %s', { timeout: 120_000 }, async (_limit, context) => {
    if (on.missing) return context.skip(on.missing)
    const { directory } = on
    await using world = await on.openOn('limit')
    for (const name of ['ida', 'jon', 'kim'])
      await addEntry(directory, directory.dn(name, 'limit-people'), directory.person(name))
    await world.step()

    await directory.limit!()

    await expect(world.cycle()).rejects.toThrow(/size limit/)
    expect((await world.zendesk.users()).map(({ suspended }) => suspended)).toEqual([false, false, false])
  })
})

function rdnOf(name: string): string {
  return `cn=${name.replaceAll(/[,+"\\<>;=#]/g, (one) => `\\${one}`)}`
}

async function agentsOf(world: World): Promise<(string | null)[]> {
  return (await world.zendesk.users()).filter(({ role }) => role === 'agent').map(({ email }) => email)
}
