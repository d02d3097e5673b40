import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { directoryOf, group, groupDn, personDn } from '../fixtures/people.ts'
import { lettingGo, undoing } from '../fixtures/undo.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = ['ada', 'bob', 'cid']
const ldif = directoryOf(
  people.map((uid) => ({ uid })),
  { agents: people, 'zd-first': ['ada', 'bob'], 'zd-second': ['ada', 'bob', 'cid'] },
)
const named = async () =>
  (await world.zendesk.groups()).flatMap(({ name }) => (name === 'Support' ? [] : [name])).sort()
const members = async (name: string) =>
  (await world.zendesk.members(name)).map((email) => email.replace('@example.org', ''))

/** Has something change, and undoes the cycle that released it. */
async function changingAndUndoing(change: () => Promise<unknown>) {
  await change()
  await world.step()
  const done = await undoing(world, [(await world.ledger.lastCycle())!.cycle])
  await world.step()
  await world.step()
  return done
}

/** What an ordinary and a full cycle write that have nothing to do. */
async function writesLater(): Promise<unknown[]> {
  await world.zendesk.forgetRequests()
  await world.step()
  await world.fullStep()
  return (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path}`)
}

describe('undo of memberships', () => {
  it('takes out who was added and puts back who was removed, until the group says otherwise', async () => {
    world = await openWorld({ ldif, history: true })
    await world.step()
    const moving = { add: { member: personDn('cid') }, delete: { member: personDn('ada') } }

    const { code } = await changingAndUndoing(() => modifyEntry(world.slapd, groupDn('zd-first'), moving))
    const undone = await members('zd-first')
    const later = await writesLater()
    await modifyEntry(world.slapd, groupDn('zd-first'), { delete: { member: personDn('cid') } })
    await world.step()
    await modifyEntry(world.slapd, groupDn('zd-first'), { add: { member: personDn('cid') } })
    await world.step()
    const followed = await members('zd-first')
    const resumed = await lettingGo(world, 'ada@example.org')
    await world.step()

    expect([code, undone, later]).toEqual([0, ['ada', 'bob'], []])
    expect(followed).toEqual(['ada', 'bob', 'cid'])
    expect([resumed.code, await members('zd-first')]).toEqual([0, ['bob', 'cid']])
  })
})

describe('undo of groups', () => {
  it('gives one its name back, until it gets another one', async () => {
    world = await openWorld({
      history: true,
      ldif,
      config: {
        groups: {
          match: 'description',
          locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(description=*)', expectEmpty: true }],
        },
      },
    })
    const call = (description: string) => modifyEntry(world.slapd, groupDn('zd-first'), { replace: { description } })
    await call('First')
    await world.step()

    const { code } = await changingAndUndoing(() => call('Other'))
    const undone = await named()
    const later = await writesLater()
    await call('Third')
    await world.step()

    expect([code, undone, later, await named()]).toEqual([0, ['First'], [], ['Third']])
  })

  it('makes one anew that was deleted, with its members, and deletes one that was created', async () => {
    world = await openWorld({ ldif, history: true, config: { groups: { remove: 'delete-created' } } })
    await world.step()
    const before = await world.zendesk.groups()

    const deleted = await changingAndUndoing(() => deleteEntry(world.slapd, groupDn('zd-second')))
    const anew = [await named(), await members('zd-second')]
    const later = await writesLater()
    const created = await changingAndUndoing(() =>
      addEntry(world.slapd, groupDn('zd-third'), group('zd-third', ['ada'])),
    )
    const after = await named()

    expect([deleted.code, anew]).toEqual([
      0,
      [
        ['zd-first', 'zd-second'],
        ['ada', 'bob', 'cid'],
      ],
    ])
    expect(deleted.says).toMatch(/zd-second: made anew, with another id/)
    expect(later).toEqual([])
    expect((await world.zendesk.groups()).map(({ id }) => id)).not.toEqual(before.map(({ id }) => id))
    expect([created.code, after, await writesLater()]).toEqual([0, ['zd-first', 'zd-second'], []])
  })
})
