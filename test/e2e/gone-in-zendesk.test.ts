import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)
const recreate = { users: { goneInZendesk: 'recreate' } }
const put = (id: number, changes: object) => world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: changes })

describe('a linked user whom Zendesk has no more', () => {
  it.each(['deleted', 'merged into another'])(
    '%s, with recreate: is created again by a full cycle, memberships and all',
    async (how) => {
      world = await openWorld({
        ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['bob'], 'zd-first': ['ada', 'bob'] }),
        config: recreate,
      })
      await world.step()
      const [ada, bob] = [(await user('ada'))!, (await user('bob'))!]
      const other = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
        user: { name: 'Somebody', email: 'somebody@elsewhere.test' },
      })
      if (how === 'deleted') await world.zendesk.call('DELETE', `/api/v2/users/${ada.id}`)
      else await world.zendesk.call('PUT', `/api/v2/users/${ada.id}/merge`, { user: { id: other.user.id } })
      await world.zendesk.call('DELETE', `/api/v2/users/${bob.id}`)

      await world.fullStep()
      await world.fullStep()

      const again = await user('bob')
      expect([again?.role, again?.id === bob.id, await world.zendesk.members('zd-first')]).toEqual([
        'agent',
        false,
        ['bob@example.org'],
      ])
      if (how === 'deleted') expect((await user('ada'))?.id).not.toBe(ada.id)
      else
        expect(await world.problems('user')).toMatchObject([
          { code: 'EMAIL_TAKEN', what: expect.stringContaining(`Zendesk user ${other.user.id}`) },
        ])
    },
  )

  it('is linked anew when Zendesk has another one of that address', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const ada = (await user('ada'))!
    await world.zendesk.call('DELETE', `/api/v2/users/${ada.id}`)
    const made = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'ada by hand', email: 'ada@example.org' },
    })

    await world.fullStep()

    expect(await user('ada')).toMatchObject({ id: made.user.id, name: 'ada', external_id: ada.external_id })
  })

  it('with recreate: is noticed by the write as well, and written once', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada'], 'zd-first': ['ada'] }),
      config: recreate,
    })
    await world.step()
    const ada = (await user('ada'))!
    await world.zendesk.call('DELETE', `/api/v2/users/${ada.id}`)

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()
    await world.step()
    await world.step()

    expect(await user('ada')).toMatchObject({ phone: '7', role: 'agent' })
    expect(await world.zendesk.members('zd-first')).toEqual(['ada@example.org'])
    expect(await world.zendesk.users()).toHaveLength(1)
  })

  it('costs an attempt each time: a Zendesk that shows a user and denies them is not asked for ever', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await world.fault({ method: 'PUT', path: '/users/', kind: '404', times: 3 })

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()

    expect((await user('ada'))?.['phone']).toBe('7')
    const job = (await world.queue('users.update').getCompleted()).find((one) => one.data.changed.includes('phone'))
    expect(job!.attemptsMade).toBe(4)
  })

  it('is let go when the entry has left as well', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    await world.zendesk.call('DELETE', `/api/v2/users/${(await user('ada'))!.id}`)
    await deleteEntry(world.slapd, personDn('ada'))

    await world.step()

    expect((await world.zendesk.users()).map((one) => one.email)).toEqual(['bob@example.org'])
    expect(await world.problems('user')).toEqual([])
  })
})

describe('a linked user whom somebody changed in Zendesk', () => {
  it('stays suspended by hand, is shown, and is left alone when let in again by hand', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const ada = (await user('ada'))!

    await put(ada.id, { suspended: true })
    await world.fullStep()
    await world.step()
    const [suspended, shown] = [(await user('ada'))?.suspended, await world.problems('user')]
    await put(ada.id, { suspended: false })
    await world.fullStep()

    expect([suspended, (await user('ada'))?.suspended]).toEqual([true, false])
    expect(shown).toMatchObject([{ code: 'SUSPENDED_IN_ZENDESK', dn: personDn('ada') }])
    expect(await world.problems('user')).toEqual([])
  })

  it('is suspended again as a leaver, gets the role back, and the address', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'cid' }], { agents: ['bob'], 'zd-first': ['bob'] }),
      config: { users: { oldEmail: 'remove' } },
    })
    await world.step()
    const [ada, bob, cid] = [(await user('ada'))!, (await user('bob'))!, (await user('cid'))!]
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
    await world.step()

    await put(ada.id, { suspended: false })
    await put(bob.id, { role: 'end-user' })
    const { identity } = await world.zendesk.call<{ identity: { id: number } }>(
      'POST',
      `/api/v2/users/${cid.id}/identities`,
      {
        identity: { type: 'email', value: 'hand@example.org', verified: true },
      },
    )
    await world.zendesk.call('PUT', `/api/v2/users/${cid.id}/identities/${identity.id}/make_primary`)
    await world.fullStep()
    await world.fullStep()

    expect((await user('ada'))?.suspended).toBe(true)
    expect([(await user('bob'))?.role, await world.zendesk.members('zd-first')]).toEqual(['agent', ['bob@example.org']])
    expect((await user('cid'))?.id).toBe(cid.id)
  })
})

describe('a deletion that Zendesk refuses for open tickets', () => {
  it.each([1, 3])('suspends the user, and reports it; %i at once', async (count) => {
    const uids = ['ada', 'bob', 'cid'].slice(0, count)
    world = await openWorld({
      ldif: directoryOf([...uids, 'zoe'].map((uid) => ({ uid }))),
      config: { users: { remove: { deleted: 'delete' } } },
    })
    await world.step()
    const { id } = (await user('ada'))!
    await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 2 })

    for (const uid of uids) await deleteEntry(world.slapd, personDn(uid))
    await world.step()

    expect((await world.zendesk.users()).map((one) => [one.email, one.suspended])).toEqual([
      ['ada@example.org', true],
      ['zoe@example.org', false],
    ])
    expect(await world.problems('user')).toMatchObject([
      { code: 'OPEN_TICKETS', what: expect.stringMatching(/2 ticket.*suspended instead/), dn: personDn('ada') },
    ])

    await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 0 })
    const [failed] = await world.queue('users.remove').getFailed()
    await failed!.retry()
    await world.settled()
    expect(await user('ada')).toBeUndefined()
    expect(await world.problems('user')).toEqual([])
  })

  it('leaves alone who is back before Zendesk has answered', async () => {
    const uids = ['ada', 'bob']
    world = await openWorld({
      ldif: directoryOf(uids.map((uid) => ({ uid }))),
      config: { users: { remove: { disabled: 'delete' } } },
      sandbox: { clock: 1 },
    })
    await world.step()
    const { id } = (await user('ada'))!
    for (const one of await world.zendesk.users())
      await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: one.id, count: 1 })
    const employ = async (some: readonly string[], employeeStatus: string) => {
      for (const uid of some) await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus } })
      await world.cycle()
    }

    await employ(uids, 'left')
    const isUnderWay = async () => (await world.redis.hlen(accountKeys('acme').jobStatuses)) === 1
    await until(isUnderWay, 10_000, () => 'no deletion is under way')
    await employ(['ada'], 'active')
    const wasUnderWay = await isUnderWay()
    await world.settled()

    const puts = (await world.zendesk.requests({ method: 'PUT', path: new RegExp(`/users/${id}$`) })).map(
      (one) => one.body,
    )
    expect([wasUnderWay, JSON.stringify(puts)]).toEqual([true, expect.not.stringContaining('"suspended":true')])
    expect([(await user('ada'))?.suspended, (await user('bob'))?.suspended]).toEqual([false, true])
  })
})
