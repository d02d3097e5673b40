import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { managersIn, worldOfManagers } from '../fixtures/lookup-fields.ts'
import { person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const managers = () => managersIn(world)
const idOf = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!.id
const codes = async () => (await world.problems('connection')).map(({ code }) => code)

async function open(...of: Parameters<typeof worldOfManagers>): Promise<void> {
  world = await openWorld(worldOfManagers(...of))
}

/** Everybody is in Zendesk, and has their manager. */
async function opened(...of: Parameters<typeof worldOfManagers>): Promise<void> {
  await open(...of)
  await world.step()
  await world.step()
}

/** Has a cycle that plans nothing and writes nothing. */
async function expectQuiet(): Promise<void> {
  await world.zendesk.forgetRequests()
  await world.step()
  expect(await world.ledger.lastCycle()).toMatchObject({ released: {} })
  expect(await world.zendesk.writes()).toEqual([])
}

describe('a lookup field', () => {
  it('has the user of whom an entry names by DN, as soon as both are there', async () => {
    await open({
      ada: undefined,
      bob: 'ada',
      cid: 'UID=Bob, OU=People,DC=example,DC=org',
      dan: 'eve',
      eve: 'dan',
      fay: 'fay',
    })
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: null, cid: null, dan: null, eve: null, fay: null })
    expect((await world.zendesk.user('bob@example.org'))!['user_fields']).toMatchObject({ cost_center: 'K-7' })

    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'bob', dan: 'eve', eve: 'dan', fay: 'fay' })
    expect(await codes()).toEqual([])
    await expectQuiet()
    await world.fullStep()
    await expectQuiet()
  })

  it('comes with the creation of whose manager is there already, and later of whose is not', async () => {
    await open({ ada: undefined })
    await world.step()

    await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob', manager: personDn('ada') }))
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid', manager: personDn('dan') }))
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: null })
    expect(await codes()).toEqual(['LOOKUP_USER_UNKNOWN'])

    await addEntry(world.slapd, personDn('dan'), person({ uid: 'dan' }))
    await world.step()
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'dan', dan: null })
    expect(await codes()).toEqual([])
  })

  it('follows the directory and the manager’s DN, and is emptied when there is no manager any more', async () => {
    await opened({ ada: undefined, bob: 'ada', cid: 'ada', dan: 'bob' })

    await modifyEntry(world.slapd, personDn('bob'), { replace: { manager: [] } })
    await renameEntry(world.slapd, personDn('bob'), 'uid=robert')
    await modifyEntry(world.slapd, personDn('cid'), { replace: { manager: personDn('robert') } })
    await world.step()

    // dan's entry names a DN that nobody has any more
    expect(await managers()).toEqual({ ada: null, bob: null, cid: 'bob', dan: null })
    expect(await codes()).toEqual(['LOOKUP_USER_UNKNOWN'])
  })

  it('stays when there is no manager any more and whenEmpty says so', async () => {
    await opened({ ada: undefined, bob: 'ada', cid: 'ada' }, { manager: { whenEmpty: 'keep' } })

    await modifyEntry(world.slapd, personDn('bob'), { replace: { manager: [] } })
    await modifyEntry(world.slapd, personDn('cid'), { replace: { manager: personDn('nobody') } })
    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'ada' })
  })

  it('for creation only is left alone from then on', async () => {
    await open({ ada: undefined }, { manager: { createOnly: true } })
    await world.step()

    await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob', manager: personDn('ada') }))
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid', manager: personDn('bob') }))
    await world.step()
    await modifyEntry(world.slapd, personDn('bob'), { replace: { manager: personDn('cid') } })
    await world.step()
    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: null })
    await expectQuiet()
  })

  it('follows a manager who was deleted in Zendesk and made anew', async () => {
    await opened({ ada: undefined, bob: 'ada', cid: 'ada' }, { users: { goneInZendesk: 'recreate' } })
    const before = await idOf('ada')

    await world.zendesk.call('DELETE', `/api/v2/users/${before}`)
    await world.fullStep()
    await world.step()

    expect(await idOf('ada')).not.toBe(before)
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'ada' })
    await expectQuiet()
  })

  it('keeps a manager who has left and whose user is there, and loses one whose user was deleted', async () => {
    await opened(
      { ada: undefined, bob: 'ada', cid: undefined, dan: 'cid', eve: 'cid' },
      { users: { remove: { deleted: 'suspend', outOfScope: 'delete' } } },
    )

    await deleteEntry(world.slapd, personDn('ada'))
    await renameEntry(world.slapd, personDn('cid'), 'uid=cid', 'ou=groups,dc=example,dc=org')
    await world.step()
    await addEntry(world.slapd, personDn('fay'), person({ uid: 'fay', manager: personDn('ada') }))
    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', dan: null, eve: null, fay: 'ada' })
    expect((await world.zendesk.user('ada@example.org'))!.suspended).toBe(true)
    const named = `2 entries name somebody whom this connection has not in Zendesk (${personDn('cid')})`
    expect(await world.problems('connection')).toEqual([
      expect.objectContaining({ code: 'LOOKUP_USER_UNKNOWN', what: expect.stringContaining(named) }),
    ])
    await expectQuiet()
  })

  it('that somebody changed in Zendesk is set right by a full cycle with drift: repair', async () => {
    await opened({ ada: undefined, bob: 'ada', cid: undefined }, { drift: 'repair' })

    await world.zendesk.call('PUT', `/api/v2/users/${await idOf('bob')}`, {
      user: { user_fields: { manager: String(await idOf('cid')) } },
    })
    await world.fullStep()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: null })
  })

  it('is let through by the guard when it has only waited for the first load, and held when many change', async () => {
    await opened(
      { ada: undefined, bob: 'ada', cid: 'ada', dan: 'ada', eve: 'ada' },
      { guard: { updates: { share: '1%', min: 1 } } },
    )
    const before = { ada: null, bob: 'ada', cid: 'ada', dan: 'ada', eve: 'ada' }
    expect(await managers()).toEqual(before)

    for (const uid of ['cid', 'dan', 'eve'])
      await modifyEntry(world.slapd, personDn(uid), { replace: { manager: personDn('bob') } })
    await world.step()

    expect(await managers()).toEqual(before)
    const held = (await world.ledger.held()).map(({ category }) => category)
    expect(held).toEqual(Array.from({ length: 3 }, () => 'updates:user_fields.manager'))
  })
})
