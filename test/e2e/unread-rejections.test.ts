import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { hide, hideable, show } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = Array.from({ length: 10 }, (_one, i) => ({ uid: `user${i}`, telephoneNumber: '1' }))
const asking = people.slice(0, 5).map(({ uid }) => uid)
const rights = hideable({
  'the members of the group': `access to dn.exact="${groupDn('agents')}" attrs=member`,
  'the address': 'access to attrs=mail',
  'the attribute': 'access to attrs=telephoneNumber',
})
const limit = { share: '0%', min: 3 }

async function open(): Promise<void> {
  world = await openWorld({
    ldif: [directoryOf(people, { agents: [] }), rights.ldif].join('\n'),
    slapd: rights.slapd,
    config: { guard: { promotions: limit, updates: limit, clearings: limit } },
  })
  await world.step()
}

/** One of what is held is rejected, the rest is approved. */
async function rejectFirst(): Promise<void> {
  await world.step()
  await runCli(world, ['reject', 'staff', '--matching', 'user0@'])
  await runCli(world, ['approve', 'staff'])
  await world.step()
}

/** Hides something for two cycles. */
async function hideFor(what: string): Promise<void> {
  await hide(world, what)
  await world.step()
  await world.step()
  await show(world, what)
  await world.step()
}

const agents = async () => (await world.zendesk.users()).filter(({ role }) => role === 'agent').map(({ name }) => name)
const decided = async () => (await world.ledger.heldAndDecided()).map(({ decision }) => decision?.decision)

describe('what an admin rejected stays rejected while the directory', () => {
  it.each(['the members of the group', 'the address'])('hides %s of a promotion', async (what) => {
    await open()
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: asking.map((uid) => personDn(uid)) } })
    await rejectFirst()

    await hideFor(what)

    expect(await agents()).toEqual(asking.slice(1))
    expect(await decided()).toEqual(['rejected'])
  })

  it('hides the attribute that was to change', async () => {
    await open()
    for (const uid of asking) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '2' } })
    await rejectFirst()

    await hideFor('the attribute')

    const phones = (await world.zendesk.users()).slice(0, 5).map(({ phone }) => phone)
    expect(phones).toEqual(['1', '2', '2', '2', '2'])
    expect(await decided()).toEqual(['rejected'])
  })

  it('hides it for good, until it is taken back by name', async () => {
    await open()
    await modifyEntry(world.slapd, groupDn('agents'), { add: { member: asking.map((uid) => personDn(uid)) } })
    await rejectFirst()
    await hide(world, 'the members of the group')
    for (let i = 0; i < 3; i++) await world.fullStep()
    const hidden = await decided()

    await runCli(world, ['undecide', 'staff', '--matching', 'user0@'])
    await world.step()

    expect([hidden, await decided()]).toEqual([['rejected'], []])
    expect(await agents()).toEqual(asking.slice(1))
  })
})
