import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { runCli } from '../fixtures/cli.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const idOf = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!.id
const mail = (uid: string, value: string) => modifyEntry(world.slapd, personDn(uid), { replace: { mail: value } })

describe('addresses that change hands', () => {
  it.each([
    ['taken', 'moving.invalid'],
    ['refused', 'example.com'],
  ] as const)('swap by way of one address that reaches nobody; .invalid is %s', async (invalidDomain, domain) => {
    world = await openWorld({
      ldif: directoryOf(['ada', 'bob', 'cid', 'dan', 'eve'].map((uid) => ({ uid }))),
      sandbox: { unknowns: { invalidDomain } },
      workers: 2,
    })
    await world.step()
    const ids = await Promise.all(['ada', 'bob', 'cid', 'dan', 'eve'].map(idOf))

    await mail('ada', 'bob@example.org')
    await mail('bob', 'ada@example.org')
    await mail('cid', 'dan@example.org')
    await mail('dan', 'eve@example.org')
    await mail('eve', 'cid@example.org')
    await world.step()

    expect(await Promise.all(ids.map((id) => world.zendesk.addresses(id)))).toEqual(
      ['bob', 'ada', 'dan', 'eve', 'cid'].map((uid) => [`${uid}@example.org`]),
    )
    const added = (await world.zendesk.requests({ method: 'POST', path: /identities$/ }))
      .filter(({ status }) => status === 201)
      .map(({ body }) => (body as { identity: { value: string } }).identity.value)
    expect(added.filter((value) => !value.endsWith('@example.org')).map((value) => value.split('@')[1])).toEqual([
      domain,
      domain,
    ])
    expect(added).toHaveLength(7)
  })

  it('swap although an admin approved one of the two after the other', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { guard: { updates: { share: '0%', min: 0 } } },
    })
    await world.step()
    const ids = await Promise.all(['ada', 'bob'].map(idOf))
    await mail('ada', 'bob@example.org')
    await mail('bob', 'ada@example.org')
    await world.step()

    await runCli(world, ['approve', 'staff', '--matching', 'uid=ada'])
    await world.step()
    expect((await world.problems('user')).map(({ code }) => code)).toEqual(['EMAIL_OWNED'])
    await runCli(world, ['approve', 'staff'])
    await world.step()
    await world.step()

    expect(await Promise.all(ids.map((id) => world.zendesk.addresses(id)))).toEqual([
      ['bob@example.org'],
      ['ada@example.org'],
    ])
    expect(await world.problems('user')).toEqual([])
  })

  it('go to whoever waits as soon as the one who has them gave them up, and are not asked for again before', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const ids = await Promise.all(['ada', 'bob'].map(idOf))
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Customer', email: 'customer@example.org' } })
    await mail('ada', 'bob@example.org')
    await mail('bob', 'customer@example.org')
    await world.step()
    await world.step()
    const asked = await world.zendesk.requests({ method: 'POST', path: /identities$/ })
    await world.step()
    expect(await world.zendesk.requests({ method: 'POST', path: /identities$/ })).toHaveLength(asked.length)

    await mail('bob', 'bob.king@example.org')
    await world.step()
    await world.step()
    expect(await Promise.all(ids.map((id) => world.zendesk.addresses(id)))).toEqual([
      ['bob@example.org', 'ada@example.org'],
      ['bob.king@example.org'],
    ])
  })

  it('move nobody out of the way of somebody else when the own new address is refused', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Customer', email: 'customer@example.org' } })
    const ids = [await idOf('ada'), await idOf('bob')]

    // One of the two has the lower id. The other's own change is away for a moment: it could be moved then.
    for (const [uid, other] of [
      ['ada', 'bob'],
      ['bob', 'ada'],
    ] as const) {
      const path = `/users/${ids[other === 'ada' ? 0 : 1]}/identities$`
      await world.fault({ method: 'POST', path, body: 'customer@', kind: 'reset-before', times: 3 })
      await mail(uid, `${other}@example.org`)
      await mail(other, 'customer@example.org')
      await world.step()

      expect(await Promise.all(ids.map((id) => world.zendesk.addresses(id)))).toEqual([
        ['ada@example.org'],
        ['bob@example.org'],
      ])
      expect((await world.problems('user')).map(({ code, dn }) => `${code} ${dn}`).sort()).toEqual([
        `EMAIL_OWNED ${personDn(uid)}`,
        `EMAIL_TAKEN ${personDn(other)}`,
      ])
      for (const one of [uid, other]) await mail(one, `${one}@example.org`)
      await world.step()
    }
  })

  it.each([
    ['ada', 'bob'],
    ['bob', 'ada'],
  ])('do not wait for %s, to whom somebody gave the former address back in Zendesk', async (uid, other) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const id = await idOf(uid)
    await mail(uid, `${uid}.king@example.org`)
    await world.step()
    const path = `/api/v2/users/${id}/identities`
    const { identities } = await world.zendesk.call<{ identities: { id: number; value: string }[] }>('GET', path)
    const former = identities.find(({ value }) => value === `${uid}@example.org`)!
    await world.zendesk.call('PUT', `${path}/${former.id}/make_primary`)

    await mail(other, `${uid}@example.org`)
    await world.step()

    expect(await world.zendesk.addresses(id)).toEqual([`${uid}@example.org`, `${uid}.king@example.org`])
    expect(await world.problems('user')).toMatchObject([{ code: 'EMAIL_OWNED', dn: personDn(other) }])
  })

  describe.each(['moving-ID@moving.invalid', 'moving-ID@example.com', 'bob.king+moving-ID@example.org'])(
    'after a crash that left %s',
    (form) => {
      /** As a worker leaves it that is killed after it has parked bob. */
      async function park(): Promise<number> {
        world = await openWorld({
          ldif: directoryOf([{ uid: 'bob' }]),
          config: { users: { oldEmail: 'remove' } },
          sandbox: { unknowns: { invalidDomain: 'taken' } },
        })
        await world.step()
        const id = await idOf('bob')
        const path = `/api/v2/users/${id}/identities`
        const identity = { type: 'email', value: form.replace('ID', String(id)), skip_verify_email: true }
        const made = await world.zendesk.call<{ identity: { id: number } }>('POST', path, { identity })
        const { identities } = await world.zendesk.call<{ identities: { id: number; value: string }[] }>(
          'PUT',
          `${path}/${made.identity.id}/make_primary`,
        )
        const old = identities.find(({ value }) => value === 'bob@example.org')!
        await world.zendesk.call('DELETE', `${path}/${old.id}`)
        return id
      }

      it('take the new address, and the stand-in away', async () => {
        const id = await park()

        await mail('bob', 'robert@example.org')
        await world.step()

        expect(await world.zendesk.addresses(id)).toEqual(['robert@example.org'])
      })

      it('give the former address back when the new one is refused', async () => {
        const id = await park()
        await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Customer', email: 'customer@example.org' } })

        await mail('bob', 'customer@example.org')
        await world.step()

        expect(await world.zendesk.addresses(id)).toEqual(['bob@example.org'])
        expect(await world.problems('user')).toMatchObject([{ code: 'EMAIL_TAKEN' }])
      })

      it('say so when there is no address to give back', async () => {
        const id = await park()
        for (const uid of ['bob', 'customer'])
          await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Customer', email: `${uid}@example.org` } })

        await mail('bob', 'customer@example.org')
        await world.step()

        const what = expect.stringContaining(`nothing in Zendesk but '${form.replace('ID', String(id))}'`)
        expect(await world.problems('user')).toMatchObject([{ code: 'EMAIL_TAKEN', what }])
      })
    },
  )
})
