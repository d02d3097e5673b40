import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const idOf = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!.id
const mail = (uid: string, value: string) => modifyEntry(world.slapd, personDn(uid), { replace: { mail: value } })

describe('email changes', () => {
  it.each([
    ['keep', ['ada.king@example.org', 'ada@example.org']],
    ['remove', ['ada.king@example.org']],
  ])('make the new address primary; oldEmail: %s', async (oldEmail, addresses) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), config: { users: { oldEmail } } })
    await world.step()
    const id = await idOf('ada')

    await mail('ada', 'ada.king@example.org')
    await world.step()

    expect(await world.zendesk.addresses(id)).toEqual(addresses)
    expect(await world.zendesk.users()).toHaveLength(1)
  })

  it('of several people: what else changes of them goes out together, and others do not wait for them', async () => {
    const uids = ['ada', 'bob', 'cid']
    world = await openWorld({ ldif: directoryOf(uids.map((uid) => ({ uid }))), sandbox: { clock: 100 } })
    await world.step()
    await world.zendesk.forgetRequests()

    for (const uid of ['ada', 'bob'])
      await modifyEntry(world.slapd, personDn(uid), {
        replace: { mail: `${uid}@new.example`, displayName: `${uid} King` },
      })
    await modifyEntry(world.slapd, personDn('cid'), { replace: { displayName: 'cid King' } })
    await world.step()

    // 429: that bulk updates count among single writes, as in some accounts, Zendesk says only so; it is the same one
    // again
    const puts = (await world.zendesk.requests({ method: 'PUT' })).filter(
      ({ path, status }) => !path.includes('identities') && status !== 429,
    )
    expect(puts.map(({ path, body }) => [path, (body as { users: object[] }).users.length])).toEqual([
      ['/api/v2/users/update_many', 1],
      ['/api/v2/users/update_many', 2],
    ])
    expect((await world.zendesk.users()).map(({ email, name }) => [email, name])).toEqual([
      ['ada@new.example', 'ada King'],
      ['bob@new.example', 'bob King'],
      ['cid@example.org', 'cid King'],
    ])
  })

  it('send nothing when only the case changes', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await world.zendesk.forgetRequests()

    await mail('ada', 'Ada@Example.org')
    await world.step()

    expect(await world.zendesk.writes()).toEqual([])
  })

  it.each([
    { what: 'a new identity', method: 'POST', path: '/identities$' },
    { what: 'the new primary one', method: 'PUT', path: '/make_primary$' },
    { what: 'the former one’s removal', method: 'DELETE', path: '/identities/' },
  ])('are taken up where they were cut off: at $what', async ({ method, path }) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), config: { users: { oldEmail: 'remove' } } })
    await world.step()
    const id = await idOf('ada')

    for (const kind of ['reset-before', 'reset-after']) await world.fault({ method, path, kind, times: 1 })
    await mail('ada', 'ada.king@example.org')
    await world.step()

    expect(await world.zendesk.addresses(id)).toEqual(['ada.king@example.org'])
    expect(await world.problems('user')).toEqual([])
  })

  it('swap the addresses of two people, and pass them round a ring of three', async () => {
    world = await openWorld({
      ldif: directoryOf(['ada', 'bob', 'cid', 'dan', 'eve'].map((uid) => ({ uid }))),
      workers: 2,
    })
    await world.step()
    const ids = { ada: 0, bob: 0, cid: 0, dan: 0, eve: 0 }
    for (const uid of Object.keys(ids) as (keyof typeof ids)[]) ids[uid] = await idOf(uid)

    await mail('ada', 'bob@example.org')
    await mail('bob', 'ada@example.org')
    await mail('cid', 'dan@example.org')
    await mail('dan', 'eve@example.org')
    await mail('eve', 'cid@example.org')
    await world.step()

    const addresses = await Promise.all(Object.values(ids).map((id) => world.zendesk.addresses(id)))
    expect(addresses).toEqual(['bob', 'ada', 'dan', 'eve', 'cid'].map((uid) => [`${uid}@example.org`]))
    expect(await world.problems('user')).toEqual([])
    expect(await world.zendesk.users()).toHaveLength(5)
  })

  it('free an address that was kept, when the directory gives it to somebody else', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const [ada, bob] = [await idOf('ada'), await idOf('bob')]

    await mail('ada', 'ada.king@example.org')
    await mail('bob', 'ada@example.org')
    await world.step()

    expect(await world.zendesk.addresses(ada)).toEqual(['ada.king@example.org'])
    expect(await world.zendesk.addresses(bob)).toEqual(['ada@example.org', 'bob@example.org'])
  })

  it('do not take an address from a user of whom the directory says nothing', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Customer', email: 'customer@example.org' } })
    await world.step()
    const ada = await idOf('ada')

    await mail('ada', 'customer@example.org')
    await world.step()

    expect(await world.zendesk.addresses(ada)).toEqual(['ada@example.org'])
    expect(await world.zendesk.addresses(await idOf('customer'))).toEqual(['customer@example.org'])
    expect(await world.problems('user')).toMatchObject([
      {
        code: 'EMAIL_TAKEN',
        what: expect.stringContaining("'customer@example.org' is already an address of Zendesk user"),
      },
    ])
  })
})
