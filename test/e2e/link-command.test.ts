import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { historyEvents } from '../fixtures/history-events.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const address = (uid: string) => `${uid}@example.org`
const idOf = async (uid: string) => (await world.zendesk.user(address(uid)))!.id

async function make(user: object): Promise<number> {
  const made = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
    user: { skip_verify_email: true, ...user },
  })
  return made.user.id
}

/** Takes all from a user that an entry is found by. */
async function giveAway(id: number): Promise<void> {
  const { zendesk } = world
  const path = `/api/v2/users/${id}/identities`
  await zendesk.call('PUT', `/api/v2/users/${id}`, { user: { external_id: 'nobody' } })
  const former = { type: 'email', value: 'former@old.test', verified: true }
  const made = await zendesk.call<{ identity: { id: number } }>('POST', path, { identity: former })
  await zendesk.call('PUT', `${path}/${made.identity.id}/make_primary`)
  const { identities } = await zendesk.call<{ identities: { id: number }[] }>('GET', path)
  for (const one of identities) if (one.id !== made.identity.id) await zendesk.call('DELETE', `${path}/${one.id}`)
}

const noted = async (...types: string[]) =>
  (await historyEvents(world.redis, 'acme')).filter(({ type }) => types.includes(type))
const cli = (...args: string[]) => runCli(world, args)

describe('provisioner link', () => {
  it('joins a newcomer to the user whom an admin names: nobody is created, and what differs is written', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', cn: 'Ada Lovelace' }, { uid: 'bob' }]) })
    const old = await make({ name: 'A. Byron', email: 'byron@old.test' })

    const asked = await cli('link', 'ada', String(old))
    const before = await world.redis.keys('*:users')
    const linked = await cli('link', 'ada', String(old), '--yes', '--reason', 'INC-7')
    await world.step()

    expect([asked.code, before]).toEqual([1, []])
    expect(asked.stdout).toMatch(
      new RegExp(`linked {3}nothing → user ${old}\\n[^!]*email {2}'byron@old\\.test' → 'ada@example\\.org'\\n`),
    )
    expect(asked.stdout).toMatch(/name {2}'A\. Byron' → 'Ada Lovelace'/)
    expect(asked.stderr).toMatch(/Link it\? Say --yes where nobody can be asked/)
    expect([linked.code, linked.stdout]).toEqual([0, expect.stringMatching(/Linked\. A cycle is asked for/)])
    expect(await noted('link', 'unlink')).toEqual([
      expect.objectContaining({
        ...{ type: 'link', connection: 'staff', zendeskId: old, reason: 'INC-7' },
        about: expect.objectContaining({ kind: 'user', label: address('ada'), dn: personDn('ada') }),
      }),
    ])
    expect((await world.zendesk.users()).map(({ id, name, email }) => [id, name, email])).toEqual([
      [old, 'Ada Lovelace', address('ada')],
      [await idOf('bob'), 'bob', address('bob')],
    ])
  })

  it('refuses objects of others, protected users, admins, the API’s user, and what is not there', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'eve' }]),
      config: { account: { protect: ['*@secret.test'] } },
    })
    await world.step()
    await deleteEntry(world.slapd, personDn('eve'))
    const secret = await make({ name: 'Secret', email: 'x@secret.test' })
    const admin = await make({ name: 'Admin', email: 'admin@old.test', role: 'admin' })
    const { user: me } = await world.zendesk.call<{ user: { id: number } }>('GET', '/api/v2/users/me')
    await world.zendesk.forgetRequests()

    const says = []
    for (const [who, id] of [
      ['ada', await idOf('bob')],
      ['ada', secret],
      ['ada', admin],
      ['ada', me.id],
      ['ada', 4_711],
      ['eve', secret],
      ['zoe', secret],
      ['ada', await idOf('ada')],
    ] as const) {
      const { code, stdout } = await cli('link', who, String(id), '--yes', '--json')
      says.push([code, stdout])
    }

    expect(says).toEqual([
      [1, expect.stringMatching(/belongs to uid=bob/)],
      [1, expect.stringMatching(/the user is protected \(accounts\.\*\.protect: '\*@secret\.test'\)/)],
      [1, expect.stringMatching(/is admin in Zendesk, and the entry's mapped role is/)],
      [1, expect.stringMatching(/the user of the account's own credentials/)],
      [1, expect.stringMatching(/has no user with this id/)],
      [1, expect.stringMatching(/not in the directory any more/)],
      [1, expect.stringMatching(/known as 'zoe'/)],
      [0, expect.stringMatching(/"linked":false/)],
    ])
    expect(await world.zendesk.writes()).toEqual([])
  })
})

describe('provisioner unlink', () => {
  it('makes no double: who is still found is linked again, and who is not gets one user', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const ada = await idOf('ada')

    const found = await cli('unlink', address('ada'), '--yes')
    await world.step()
    const again = await cli('unlink', address('ada'), '--yes', '--json')
    await giveAway(ada)
    await world.step()
    await world.fullStep()

    expect([found.code, found.stdout]).toEqual([
      0,
      expect.stringMatching(/finds it again by its external id.*\nForgotten\. Zendesk was written nothing\.\n$/s),
    ])
    expect(JSON.parse(again.stdout)).toMatchObject({ from: ada, unlinked: true })
    expect((await noted('unlink')).map((event) => 'zendeskId' in event && event.zendeskId)).toEqual([ada, ada])
    const users = await world.zendesk.users()
    expect(users.map(({ email }) => email)).toEqual([address('ada'), address('bob'), 'former@old.test'])
    expect(users.find(({ email }) => email === address('ada'))!.id).not.toBe(ada)
  })

  it('of a user and of a group lets another entry have the object', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada'], 'zd-a': ['ada'], 'zd-b': ['ada'] }),
    })
    await world.step()
    const groups = await world.zendesk.groups()
    const of = (name: string) => String(groups.find((group) => group.name === name)!.id)

    const taken = await cli('link', groupDn('zd-b'), of('zd-a'), '--yes')
    const unlinked = await cli('unlink', groupDn('zd-a'), '--yes')
    const linked = await cli('link', groupDn('zd-b'), of('zd-a'), '--yes')
    await world.settled()
    await world.fullStep()
    await world.fullStep()
    const owners = await world.redis.hgetall('{zp:acme}:account:owners:group')

    expect([taken.code, unlinked.code, linked.code]).toEqual([1, 0, 0])
    expect(unlinked.stdout).toMatch(/finds it again by its name/)
    expect(new Set(Object.values(owners)).size).toBe(Object.keys(owners).length)
    expect(Object.keys(owners)).toContain(of('zd-a'))
  })
})
