import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const ada = () => world.zendesk.user('ada@example.org')
const codes = async () => (await world.problems('user')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]}`).sort()

/** Ada leaves, and an entry with a new directory id gets their address. */
async function comesBack(changes: object = {}): Promise<void> {
  await deleteEntry(world.slapd, personDn('ada'))
  await addEntry(world.slapd, personDn('ada2'), person({ uid: 'ada2', mail: 'ada@example.org', ...changes }))
}

describe('two entries with one address', () => {
  it('are both reported; neither is newly applied, and an existing link stays', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const before = await world.zendesk.users()

    await addEntry(world.slapd, personDn('adele'), person({ uid: 'adele', mail: 'ADA@example.org' }))
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid', mail: 'new@example.org' }))
    await addEntry(world.slapd, personDn('dan'), person({ uid: 'dan', mail: 'new@example.org' }))
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()

    expect(await world.zendesk.users()).toEqual(before)
    expect(await codes()).toEqual(['ada', 'adele', 'cid', 'dan'].map((uid) => `EMAIL_TWICE uid=${uid}`))
  })

  it('do not keep the one who is disabled from being suspended, and are solved when one address changes', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await addEntry(world.slapd, personDn('adele'), person({ uid: 'adele', mail: 'ada@example.org' }))
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
    await world.step()
    const inConflict = (await ada())?.suspended

    await modifyEntry(world.slapd, personDn('adele'), { replace: { mail: 'adele@example.org' } })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'active' } })
    await world.step()

    const users = await world.zendesk.users()
    expect([inConflict, ...users.map((user) => [user.email, user.suspended])]).toEqual([
      true,
      ['ada@example.org', false],
      ['adele@example.org', false],
    ])
    expect(await codes()).toEqual([])
  })
})

describe('a new entry with the address of one that left', () => {
  it('emailReuse: hold: is reported with the two choices, and nothing of it is applied', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const before = await ada()

    await comesBack({ telephoneNumber: '7' })
    await world.step()
    await world.step()

    expect(await ada()).toMatchObject({
      id: before!.id,
      suspended: true,
      phone: null,
      external_id: before!.external_id,
    })
    expect(await world.problems('user')).toMatchObject([
      {
        code: 'EMAIL_REUSED',
        dn: personDn('ada2'),
        what: expect.stringContaining(`Zendesk user ${before!.id}, whose entry ${personDn('ada')} has left`),
        todo: expect.stringMatching(/relink.*Remove the address/s),
      },
    ])
  })

  it('emailReuse: hold: is created when the address was removed from the user of the one that left', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const before = (await ada())!
    await comesBack()
    await world.step()

    await world.zendesk.call('DELETE', `/api/v2/users/${before.id}`)
    await world.step()

    const after = (await ada())!
    expect([after.suspended, after.id === before.id, await codes()]).toEqual([false, false, []])
  })

  it.each([
    { when: 'after they were suspended', steps: 2 },
    { when: 'in the same cycle, so that they never are', steps: 1 },
    { when: 'though they were there before us', steps: 1, adopted: true },
  ])('emailReuse: relink: takes the Zendesk user over $when', async ({ steps, adopted }) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], {
        agents: ['ada'],
        'zd-first': ['ada'],
        'zd-second': ['bob'],
      }),
      config: { users: { emailReuse: 'relink' } },
    })
    if (adopted) await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'ada', email: 'ada@example.org' } })
    await world.step()
    const before = (await ada())!
    await world.zendesk.forgetRequests()

    if (steps === 2) {
      await deleteEntry(world.slapd, personDn('ada'))
      await world.step()
      expect((await ada())?.suspended).toBe(true)
      await addEntry(world.slapd, personDn('ada2'), person({ uid: 'ada2', cn: 'Ada II', mail: 'ada@example.org' }))
    } else await comesBack({ cn: 'Ada II' })
    await world.step()

    const after = (await ada())!
    expect(after).toMatchObject({ id: before.id, name: 'Ada II', suspended: false, role: 'agent' })
    expect(after.external_id).not.toBe(before.external_id)
    expect(await world.zendesk.members('zd-first')).toEqual([])
    const suspensions = (await world.zendesk.writes()).filter((one) =>
      JSON.stringify(one.body).includes('"suspended":true'),
    )
    expect([suspensions.length, await codes()]).toEqual([steps - 1, []])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('emailReuse: relink: whom somebody else had suspended stays suspended', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      config: { users: { emailReuse: 'relink' } },
    })
    await world.zendesk.call('POST', '/api/v2/users', {
      user: { name: 'ada', email: 'ada@example.org', suspended: true, external_id: 'crm-1' },
    })
    await world.step()

    await comesBack()
    await world.step()

    expect(await ada()).toMatchObject({ suspended: true, external_id: 'crm-1' })
    expect(await codes()).toEqual(['EXTERNAL_ID_DIFFERS uid=ada2', 'SUSPENDED_IN_ZENDESK uid=ada2'])
  })

  it('a whole directory with new ids, as after a domain migration, is taken over and nobody loses access', async () => {
    const people = Array.from({ length: 12 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
    world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      config: { users: { emailReuse: 'relink' }, guard: { users: { share: '5%', min: 2 } } },
    })
    await world.step()
    const before = await world.zendesk.users()
    await world.zendesk.forgetRequests()

    for (const uid of people) {
      await deleteEntry(world.slapd, personDn(uid))
      await addEntry(world.slapd, personDn(uid), person({ uid }))
    }
    await world.step()

    const after = await world.zendesk.users()
    expect(after.map(({ id, email, suspended }) => ({ id, email, suspended }))).toEqual(
      before.map(({ id, email }) => ({ id, email, suspended: false })),
    )
    expect(after.every((user, i) => user.external_id !== before[i]!.external_id)).toBe(true)
    expect((await world.ledger.held()).length).toBe(0)
  })
})
