import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { UNKNOWN_CHOICES, UNKNOWNS } from '@provisioner/sandbox/zendesk-account/unknowns.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

/** Every setting, but the likeliest one that all other tests run with; bulk import on and off by turns. */
const SETTINGS = Object.entries(UNKNOWN_CHOICES).flatMap(([name, choices]) =>
  choices.slice(1).map((choice) => ({ name, choice: choice as string | number | boolean })),
)

let world: World
beforeAll(async () => {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'stays' }], { agents: ['stays'], 'zd-all': ['stays'], 'zd-other': ['stays'] }),
    config: {
      users: { oldEmail: 'remove', remove: { deleted: 'delete' }, map: { user_fields: { desk: 'roomNumber' } } },
    },
    sandbox: {
      clock: 400,
      limits: 'off',
      before: { userFields: [{ id: 1, key: 'desk', title: 'Desk', type: 'text' }] },
    },
  })
  await world.step()
})
afterAll(() => world[Symbol.asyncDispose]())

const members = (cn: string, ...uids: string[]) =>
  modifyEntry(world.slapd, groupDn(cn), { replace: { member: ['stays', ...uids].map((uid) => personDn(uid)) } })
const set = (bulkImport: boolean, unknowns: object) =>
  world.zendesk.call('PATCH', '/sandbox/settings', { bulkImport, unknowns: { ...UNKNOWNS, ...unknowns } })

describe('the main job is done whatever Zendesk does', () => {
  it.each(SETTINGS.map((setting, i) => ({ ...setting, i })))('$name: $choice', async ({ name, choice, i }) => {
    await set(i % 2 === 0, { [name]: choice })
    const [ada, bob, cid] = ['ada', 'bob', 'cid'].map((uid) => `${uid}${i}`) as [string, string, string]
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: cid, email: `${cid}@example.org` } })
    for (const uid of [ada, bob, cid]) await addEntry(world.slapd, personDn(uid), person({ uid, roomNumber: '1' }))
    await members('agents', ada, bob)
    await members('zd-all', ada, bob)
    await addEntry(world.slapd, groupDn(`zd-${i}`), group(`zd-${i}`, [ada]))
    await world.step()
    const made = await world.zendesk.members(`zd-${i}`)

    for (const uid of [ada, bob]) await modifyEntry(world.slapd, personDn(uid), { replace: { roomNumber: '2' } })
    await modifyEntry(world.slapd, personDn(cid), {
      replace: { mail: `new-${cid}@example.org`, employeeStatus: 'active' },
    })
    await members('zd-all', bob)
    await members('zd-other', ada)
    await world.step()
    const people = (await world.zendesk.users()).filter((user) => user.email?.includes(`${i}@`))

    expect(made).toEqual([`${ada}@example.org`])
    expect(
      people.map(({ email, role, user_fields: fields }) => [email, role, (fields as { desk: string }).desk]),
    ).toEqual([
      [`${ada}@example.org`, 'agent', '2'],
      [`${bob}@example.org`, 'agent', '2'],
      [`new-${cid}@example.org`, 'end-user', '1'],
    ])
    expect(await world.zendesk.members('zd-all')).toEqual([`${bob}@example.org`, 'stays@example.org'])
    expect(await world.zendesk.members('zd-other')).toEqual([`${ada}@example.org`, 'stays@example.org'])

    await members('agents')
    await members('zd-all')
    await members('zd-other')
    for (const uid of [ada, bob, cid]) await deleteEntry(world.slapd, personDn(uid))
    await deleteEntry(world.slapd, groupDn(`zd-${i}`))
    await world.step()
    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(['stays@example.org'])
    expect(
      (await world.zendesk.groups())
        .map((one) => one.name)
        .filter((one) => one.startsWith('zd-'))
        .sort(),
    ).toEqual(['zd-all', 'zd-other'])
    expect(await world.problems('user')).toEqual([])
  })
})
