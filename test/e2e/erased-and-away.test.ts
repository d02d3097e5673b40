import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { erasing, openWorldOfThree } from '../fixtures/erasing.ts'
import { personDn } from '../fixtures/people.ts'
import type { World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())
const { uids, heldNow, change, erase, creations } = erasing(() => world)

describe('a user who was erased in Zendesk, and whose entry comes and goes', () => {
  const scope = { base: 'ou=people,dc=example,dc=org', filter: '(&(objectClass=inetOrgPerson)(!(description=out)))' }

  it.each([
    ['is disabled', { employeeStatus: 'left' }, { employeeStatus: 'active' }],
    ['leaves the scope', { description: 'out' }, { description: 'in' }],
  ])('and whose entry %s, is asked about no more, until it is back', async (_what, out, back) => {
    world = await openWorldOfThree({ locations: [scope] })
    await erase('ada')
    await world.fullStep()

    await change('ada', out)
    await world.step()
    await world.fullStep()
    const released = (await world.ledger.lastCycle())?.released
    await world.step()
    const meanwhile = [released, await heldNow(), await uids(), await creations(), await world.ledger.pending()]
    await change('ada', back)
    await world.step()

    expect(meanwhile).toEqual([{}, [], ['bob', 'cid'], 0, []])
    expect([(await heldNow()).map(([category]) => category), await uids()]).toEqual([['recreations'], ['bob', 'cid']])
  })

  it.each([
    ['disabled', { employeeStatus: 'left' }, { employeeStatus: 'active' }, 'suspended'],
    ['disabled', { employeeStatus: 'left' }, { employeeStatus: 'active' }, 'not yet suspended'],
    ['out of scope', { description: 'out' }, { description: 'in' }, 'suspended'],
    ['out of scope', { description: 'out' }, { description: 'in' }, 'not yet suspended'],
  ])('comes back only on approval when the entry was %s before: %j, %j, %s', async (_what, out, back, when) => {
    world = await openWorldOfThree({ locations: [scope] })
    if (when === 'not yet suspended') await erase('ada')
    await change('ada', out)
    await world.step()
    if (when === 'suspended') await erase('ada')
    await world.fullStep()

    await change('ada', back)
    await world.step()

    expect([(await heldNow()).map(([category]) => category), await uids()]).toEqual([['recreations'], ['bob', 'cid']])
    expect([await creations(), await world.ledger.pending(), await world.problems('user')]).toEqual([0, [], []])
  })

  it('is forgotten where the user of a leaver is to be deleted', async () => {
    world = await openWorldOfThree({ remove: { deleted: 'delete' } })
    await erase('ada')
    await world.fullStep()

    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()

    expect([await heldNow(), await world.ledger.pending(), await world.ledger.count('user')]).toEqual([[], [], 2])
  })

  it('with provisionDisabled: a suspended one is asked about too', async () => {
    world = await openWorldOfThree({ provisionDisabled: true })
    await change('ada', { employeeStatus: 'left' })
    await world.step()
    await erase('ada')

    await world.fullStep()

    expect([(await heldNow()).map(([category]) => category), await uids()]).toEqual([['recreations'], ['bob', 'cid']])
  })

  it('a leaver whom Zendesk has no more has simply left', async () => {
    world = await openWorldOfThree()
    await erase('ada', 'bob')

    for (const uid of ['ada', 'bob']) await deleteEntry(world.slapd, personDn(uid))
    await world.step()

    expect([await heldNow(), await world.problems('user'), await world.ledger.pending()]).toEqual([[], [], []])
    expect(await world.queue('users.remove').getFailed()).toEqual([])
  })
})
