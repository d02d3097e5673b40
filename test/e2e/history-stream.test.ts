import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { afterEach, expect, it } from 'vitest'
import { historyChanges, historyEvents } from '../fixtures/history-events.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const account = 'acme'
/** Of each change, what a person would look for. */
const changes = async () =>
  (await historyChanges(world.redis, account)).map(({ operation, label }) => [operation, label])

it('a life in Zendesk is told step by step, each change with the cycle that released it', async () => {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada', 'bob'], 'zd-sales': ['ada', 'bob'] }),
  })
  await world.step()
  const first = await changes()
  await world.step()
  const afterQuiet = await changes()
  await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
  await world.step()
  await deleteEntry(world.slapd, personDn('bob'))
  await modifyEntry(world.slapd, groupDn('zd-sales'), { delete: { member: personDn('bob') } })
  await world.step()

  expect(first.toSorted()).toEqual([
    ['add member', expect.stringContaining('ada')],
    ['add member', expect.stringContaining('bob')],
    ['create group', 'zd-sales'],
    ['create user', 'ada@example.org'],
    ['create user', 'bob@example.org'],
  ])
  expect(afterQuiet).toEqual(first)
  const later = (await changes()).slice(first.length)
  expect(later.slice(0, 1)).toEqual([['update user', 'ada@example.org']])
  expect(later.filter(([operation]) => operation === 'suspend user')).toEqual([['suspend user', 'bob@example.org']])
  const told = (await historyChanges(world.redis, account)).map(({ operation, cause }) => [operation, cause])
  expect(told.filter(([, cause]) => cause !== undefined)).toEqual([
    expect.arrayContaining(['remove member', "not in the directory's group"]),
    ['suspend user', 'deleted'],
  ])

  const events = await historyEvents(world.redis, account)
  const cycles = events.flatMap((event) => (event.type === 'cycle' ? [event] : []))
  // the quiet one is not told
  expect(cycles.map(({ counts }) => counts?.released['create user'] ?? 0)).toEqual([2, 0, 0])
  const known = new Set(cycles.map(({ cycle }) => cycle))
  for (const event of events) if (event.type === 'change') expect(known).toContain(event.cycle)
  const update = events.find((event) => event.type === 'change' && event.operation === 'update user')
  expect(update).toMatchObject({
    changed: ['phone'],
    before: { attributes: { email: 'ada@example.org' } },
    after: { attributes: { phone: '2' } },
    cycle: cycles[1]!.cycle,
    origin: 'created',
  })
})

it('what Zendesk refuses is told with its reason', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
  await world.step()
  await world.fault({ method: 'PUT', path: '/users/', kind: '422', times: 'always' })
  await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
  await world.step()

  const [created, refused, ...others] = await historyChanges(world.redis, account)
  expect(others).toEqual([])
  expect(created).toMatchObject({ outcome: 'applied', operation: 'create user' })
  expect(refused).toMatchObject({ outcome: 'refused', operation: 'update user', changed: ['phone'] })
  expect(refused!.after).toEqual(created!.after)
  expect(refused!.refusal?.message).toContain('422')
})
