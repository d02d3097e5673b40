import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const emails = async () => (await world.zendesk.users()).map((user) => user.email)
const problems = async () => (await world.problems('user')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]}`)

/** A cycle, a full one and another, and what they wrote. */
async function writesOfThreeCycles() {
  await world.zendesk.forgetRequests()
  await world.step()
  await world.fullStep()
  await world.step()
  return world.zendesk.writes()
}

/** Each Zendesk attribute that takes one value: where it comes from, the value that is there, and one that is added. */
const SINGLE: readonly (readonly [string, source: string, there: string, added: string])[] = [
  ['email', 'mail', 'zed@example.org', 'abe@example.org'],
  ['name', 'cn', 'Zed', 'Abe'],
  ['alias', 'title', 'zz', 'aa'],
  ['phone', 'telephoneNumber', '9', '1'],
  ['details', 'description', 'z details', 'a details'],
  ['external_id', 'carLicense', 'z-1', 'a-1'],
  ['role', 'employeeType', 'end-user', 'agent'],
  ['organization', 'o', 'Zeta', 'Alpha'],
  ['user_fields', 'l', 'Zug', 'Aarau'],
]

describe('of several values in the directory', () => {
  it('the one that Zendesk holds stays, whichever attribute it is, until it goes; then another takes its place', async () => {
    const person = Object.fromEntries(SINGLE.map(([, source, there]) => [source, there]))
    const map = Object.fromEntries(SINGLE.map(([name, source]) => [name, { from: source }]))
    world = await openWorld({
      ldif: directoryOf([{ uid: 'zed', sn: 'z', ...person }]),
      config: {
        users: {
          map: {
            ...map,
            role: { from: 'employeeType', byGroup: null, allowDowngrade: true },
            user_fields: { site: 'l' },
          },
        },
      },
      sandbox: { before: { userFields: [{ id: 1, key: 'site', type: 'text', title: 'Site' }] } },
    })
    for (const name of ['Alpha', 'Zeta'])
      await world.zendesk.call('POST', '/api/v2/organizations', { organization: { name } })
    await world.step()
    const [before] = await world.zendesk.users()

    const add = Object.fromEntries(SINGLE.map(([, source, , added]) => [source, added]))
    await modifyEntry(world.slapd, personDn('zed'), { add })
    expect(await writesOfThreeCycles()).toEqual([])

    const turned = Object.fromEntries(SINGLE.map(([, source, there, added]) => [source, [added, there]]))
    await modifyEntry(world.slapd, personDn('zed'), { replace: turned })
    expect(await writesOfThreeCycles()).toEqual([])
    expect(await world.zendesk.users()).toEqual([before])

    await modifyEntry(world.slapd, personDn('zed'), { replace: add })
    await world.step()

    expect(await world.zendesk.users()).toMatchObject([
      {
        id: before!.id,
        ...{ email: 'abe@example.org', name: 'Abe', alias: 'aa', phone: '1', details: 'a details' },
        ...{ external_id: 'a-1', role: 'agent', user_fields: { site: 'Aarau' } },
      },
    ])
    expect((await world.zendesk.users())[0]!['organization_id']).not.toBe(before!['organization_id'])
    expect(await problems()).toEqual([])
  })

  it('the first as the server gives them counts for a new user; another order changes nothing, nor while the creation waits', async () => {
    const mail = ['zed@example.org', 'abe@example.org']
    world = await openWorld({ ldif: directoryOf([{ uid: 'zed', mail: mail[0]!, cn: 'Zed' }]), workers: 0 })
    await modifyEntry(world.slapd, personDn('zed'), { replace: { mail, telephoneNumber: ['9', '1'] } })
    await world.cycle()
    const released = await record('zed@example.org')

    await modifyEntry(world.slapd, personDn('zed'), {
      replace: { mail: mail.toReversed(), telephoneNumber: ['1', '9'] },
    })
    await world.cycle()
    const again = await record('zed@example.org')
    await world.addWorker()
    await world.step()

    expect([again.revision, again.desired]).toEqual([released.revision, released.desired])
    expect(await world.zendesk.users()).toMatchObject([{ email: 'zed@example.org', phone: '9' }])
    expect(await writesOfThreeCycles()).toEqual([])
  })

  it('one that Zendesk would refuse is passed over while there is another', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'zed' }]) })
    await world.step()
    await modifyEntry(world.slapd, personDn('zed'), { replace: { mail: ['"a b"@example.org', 'zed@example.org'] } })
    await addEntry(world.slapd, personDn('new'), person({ uid: 'new', mail: ['nobody', 'new@example.org'] }))
    await world.step()

    expect([await emails(), await problems()]).toEqual([['new@example.org', 'zed@example.org'], []])
  })

  it.each([
    { how: 'found in the list of all users', others: 0 },
    { how: 'looked up, for that takes fewer requests', others: 600 },
  ])(
    'a user whom Zendesk has under any of the addresses is linked, and keeps the address; never are two ($how)',
    async ({ others }) => {
      world = await openWorld({
        ldif: directoryOf([
          { uid: 'ada', mail: ['ada@example.org', 'ada.old@example.org'] },
          { uid: 'bob', mail: ['bob@example.org', 'bob.old@example.org'] },
        ]),
        sandbox: { before: { users: Array.from({ length: others }, (_one, i) => ({ id: i + 1, name: 'stranger' })) } },
      })
      for (const email of ['ada.old@example.org', 'bob.old@example.org', 'bob@example.org'])
        await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'there', email } })
      await world.step()

      const users = (await world.zendesk.users()).filter(({ name }) => name !== 'stranger')
      expect(users.map(({ email, name }) => `${email} ${name}`)).toEqual([
        'ada.old@example.org ada',
        'bob.old@example.org there',
        'bob@example.org bob',
      ])
      const searches = await world.zendesk.requests({ path: /users\/search/ })
      expect(searches.map(({ query }) => query['query'])).toEqual(
        others === 0 ? [] : ['ada', 'bob', 'ada.old'].map((name) => expect.stringContaining(`${name}@example.org`)),
      )
      expect([await writesOfThreeCycles(), await problems()]).toEqual([[], []])
    },
  )
})

describe('an address that several entries have among others', () => {
  it('is taken by whom it is the only one, or else by nobody; whoever holds it keeps it', async () => {
    const shared = 'a-desk@example.org'
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', mail: [shared, 'ada@example.org'] },
        { uid: 'bob', mail: [shared, 'bob@example.org'] },
      ]),
    })
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'Desk', email: shared } })
    await world.step()
    const ofNobody = (await world.zendesk.users()).map(({ email, name }) => `${email} ${name}`)

    await addEntry(world.slapd, personDn('desk'), person({ uid: 'desk', mail: shared }))
    await world.step()
    const ofDesk = (await world.zendesk.users()).map(({ email, name }) => `${email} ${name}`)
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid', mail: [shared, 'cid@example.org'] }))
    await modifyEntry(world.slapd, personDn('desk'), { add: { mail: 'desk@example.org' } })
    await world.fullStep()

    expect(ofNobody).toEqual([`${shared} Desk`, 'ada@example.org ada', 'bob@example.org bob'])
    expect(ofDesk).toEqual([`${shared} desk`, 'ada@example.org ada', 'bob@example.org bob'])
    expect(await emails()).toEqual([shared, 'ada@example.org', 'bob@example.org', 'cid@example.org'])
    expect([await writesOfThreeCycles(), await problems()]).toEqual([[], []])
  })
})

describe('a group with several names', () => {
  it('keeps the one that Zendesk holds, until it goes; one that Zendesk has under any of them is linked', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada'], 'zd-zug': ['ada'], 'zd-bern': ['ada'] }),
      config: {
        groups: { match: 'description', locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)' }] },
      },
    })
    await modifyEntry(world.slapd, groupDn('zd-zug'), { add: { description: 'Zug' } })
    await modifyEntry(world.slapd, groupDn('zd-bern'), { add: { description: ['Bern', 'Biel'] } })
    await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'Biel' } })
    await world.step()
    const names = async () =>
      (await world.zendesk.groups())
        .map(({ name }) => name)
        .filter((name) => name !== 'Support')
        .sort()
    const before = await names()

    await modifyEntry(world.slapd, groupDn('zd-zug'), { replace: { description: ['Aarau', 'Zug'] } })
    expect(await writesOfThreeCycles()).toEqual([])
    await modifyEntry(world.slapd, groupDn('zd-zug'), { delete: { description: 'Zug' } })
    await world.step()

    expect([before, await names()]).toEqual([
      ['Biel', 'Zug'],
      ['Aarau', 'Biel'],
    ])
  })
})

async function record(label: string): Promise<UserRecord> {
  for await (const ids of world.ledger.ids('user'))
    for (const one of await world.ledger.records<UserRecord>('user', ids)) if (one?.label === label) return one
  throw new Error(`The ledger has no '${label}'`)
}
