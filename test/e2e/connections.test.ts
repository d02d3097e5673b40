import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry, ldifRename } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, group, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const unit = (ou: string) => ldifEntry(`ou=${ou},dc=example,dc=org`, { objectClass: 'organizationalUnit', ou })
const below = (ou: string) => ({
  locations: [{ base: `ou=${ou},dc=example,dc=org`, filter: '(objectClass=inetOrgPerson)' }],
})
/** A second connection, to people below another branch. */
const partners = { id: 'partners', users: below('partners'), groups: null }
const ada = () => world.zendesk.user('ada@example.org')

/** Moves Ada's entry from one connection's scope to the other's, as a new entry with a new id. */
async function move(from: string, to: string): Promise<void> {
  await deleteEntry(world.slapd, personDn('ada', from))
  await addEntry(world.slapd, personDn('ada', to), person({ uid: 'ada' }))
}

describe('several connections', () => {
  it('a user who moves between two of them is handed over, whichever cycle comes first', async () => {
    world = await openWorld({
      ldif: `${directoryOf([{ uid: 'ada' }, { uid: 'bob' }])}\n${unit('partners')}`,
      others: [partners],
    })
    await world.step()
    const { id } = (await ada())!

    await move('people', 'partners')
    await world.step()
    await world.step()
    const there = await ada()
    await world.zendesk.forgetRequests()
    await move('partners', 'people')
    await world.step()
    await world.step()

    expect([there?.id, there?.suspended]).toEqual([id, false])
    expect(await ada()).toMatchObject({ id, suspended: false })
    const suspended = (await world.zendesk.writes()).filter((one) =>
      JSON.stringify(one.body).includes('"suspended":true'),
    )
    expect(suspended).toEqual([])
    expect(await world.problems('user')).toEqual([])
    expect(await world.zendesk.users()).toHaveLength(2)
  })

  it('a user whose deletion waits for an admin is handed over to the other one at once', async () => {
    const remove = { deleted: 'delete', outOfScope: 'suspend' }
    const ldif = `${directoryOf([{ uid: 'ada' }, { uid: 'bob' }])}\n${unit('partners')}`
    world = await openWorld({ ldif, others: [partners], config: { users: { remove } } })
    await world.step()
    const { id } = (await ada())!
    await applyLdif(world.slapd, ldifRename(personDn('ada'), 'uid=ada', 'dc=example,dc=org'))
    await world.step()
    await deleteEntry(world.slapd, 'uid=ada,dc=example,dc=org')
    await world.fullStep()
    const held = (await world.ledger.held()).map(({ label, operation }) => [operation, label])

    await addEntry(world.slapd, personDn('ada', 'partners'), person({ uid: 'ada' }))
    await world.step()

    expect(held).toEqual([['delete user', 'ada@example.org']])
    expect(await ada()).toMatchObject({ id, suspended: false })
  })

  it('a user who is in both belongs to the first, and the other one says so; neither undoes the other’s writes', async () => {
    world = await openWorld({
      ldif: `${directoryOf([{ uid: 'ada', cn: 'Ada of staff' }])}\n${unit('partners')}\n${ldifEntry(
        personDn('ada', 'partners'),
        person({ uid: 'ada', cn: 'Ada of partners' }),
      )}`,
      others: [partners],
    })

    await world.step()
    await world.zendesk.forgetRequests()
    await world.step()
    await world.step()

    expect(await world.zendesk.users()).toMatchObject([{ name: 'Ada of staff' }])
    expect(await world.zendesk.writes()).toEqual([])
    expect(await world.problems('user', 'partners')).toMatchObject([
      { code: 'EMAIL_OWNED', what: expect.stringContaining("connection 'staff'") },
    ])
  })

  it('a group of one name in both is reported, and not fought over', async () => {
    const groups = (ou: string) => ({ locations: [{ base: `ou=${ou},dc=example,dc=org`, filter: '(cn=zd-*)' }] })
    world = await openWorld({
      ldif: [
        directoryOf([{ uid: 'ada' }], { agents: ['ada'], 'zd-help': ['ada'] }),
        unit('partners'),
        unit('partner-groups'),
        ldifEntry('cn=zd-help,ou=partner-groups,dc=example,dc=org', group('zd-help', ['cn=nobody'])),
      ].join('\n'),
      others: [{ ...partners, groups: groups('partner-groups') }],
    })
    await world.step()
    await world.step()

    expect((await world.zendesk.groups()).filter((one) => one.name === 'zd-help')).toHaveLength(1)
    expect(await world.zendesk.members('zd-help')).toEqual(['ada@example.org'])
    expect(await world.problems('group', 'partners')).toMatchObject([
      { code: 'GROUP_OWNED', what: expect.stringContaining("'zd-help'") },
    ])
  })

  it('one directory goes into two accounts', async () => {
    await using account = await openWorld({ ldif: directoryOf([]), producers: 0, workers: 0 })
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      accounts: { emea: { url: account.sandbox.url, auth: { email: 'api@example.org', apiToken: 'a-token' } } },
      others: [{ id: 'staff-emea', account: 'emea' }],
    })
    await world.step()
    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()

    const suspended = [await world.zendesk.users(), await account.zendesk.users()].map((users) =>
      users.map((user) => [user.email, user.suspended]),
    )
    expect(suspended).toEqual([[['ada@example.org', true]], [['ada@example.org', true]]])
  })

  it('one that is removed from the configuration deprovisions nobody', async () => {
    world = await openWorld({
      ldif: `${directoryOf([{ uid: 'ada' }])}\n${unit('partners')}\n${ldifEntry(
        personDn('bob', 'partners'),
        person({ uid: 'bob' }),
      )}`,
      others: [partners],
    })
    await world.step()
    const before = await world.zendesk.users()
    await world.stopProduct()
    await using rest = await openWorld({ ldif: '', servers: world })
    await rest.step()
    await rest.step()

    expect(before).toHaveLength(2)
    expect(await world.zendesk.users()).toEqual(before)
  })

  it('one that is renamed deprovisions nobody, and takes its users and groups over once the old name is silent', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada'], 'zd-help': ['ada'] }) })
    await world.step()
    const before = await world.zendesk.users()
    await world.stopProduct()
    await using renamed = await openWorld({ ldif: '', servers: world, config: { id: 'people' } })
    await renamed.step()
    const early = await renamed.problems('user')
    const [plan, status] = await Promise.all([runCli(renamed, ['plan']), runCli(renamed, ['status'])])
    const last = (await world.ledger.lastCycle())!
    await world.redis.hset('{zp:acme}:staff:state', 'lastCycle', 'unreadable')
    await renamed.step()
    const unread = await renamed.problems('user')
    const late = { ...last, endedAt: Date.now() - 48 * 60 * 60_000 }
    await world.redis.hset('{zp:acme}:staff:state', 'lastCycle', JSON.stringify(late))
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid' }))
    await renamed.step()
    await renamed.step()

    expect(unread).toEqual(early)
    expect(early).toMatchObject([{ code: 'EMAIL_OWNED', what: expect.stringContaining("connection 'staff'") }])
    expect(plan.stdout).toMatch(/Nothing can be done: 1 person.* refused \(EMAIL_OWNED 1/)
    expect(plan.stdout).not.toContain('Zendesk holds what the directory says')
    expect(status.stdout).toMatch(/last cycle .*; nothing can be done: 1 person.* refused \(EMAIL_OWNED 1/)
    expect(renamed.logs.find(({ msg }) => msg === 'Cycle ended')?.['outcome']).toMatch(/^nothing can be done: 1 person/)
    expect((await world.zendesk.users()).map(({ id, suspended }) => ({ id, suspended }))).toMatchObject([
      { id: before[0]!.id, suspended: false },
      { suspended: false },
    ])
    expect((await world.zendesk.groups()).filter((one) => one.name === 'zd-help')).toHaveLength(1)
    expect(await world.zendesk.members('zd-help')).toEqual(['ada@example.org'])
    expect([...(await renamed.problems('user')), ...(await renamed.problems('group'))]).toEqual([])
  })
})
