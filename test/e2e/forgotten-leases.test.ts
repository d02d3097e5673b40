import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { startRedisTap } from '../fixtures/redis-tap.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

/** Single creations that a worker has under way. */
const AT_ONCE = 20

it.each([
  ['single', ['ada']],
  ['bulk', ['ada', 'bob']],
])('a %s write that Redis forgets while it waits for the budget is not sent', async (_way, people) => {
  await using world = await openWorld({
    ldif: directoryOf(people.map((uid) => ({ uid, telephoneNumber: '1' }))),
    sandbox: { bulkImport: true },
  })
  await world.step()
  const { outstanding } = accountKeys('acme')
  const leases = async () => {
    const keys = await world.redis.keys(`${connectionKeys(STAFF).prefix}user:*`)
    const held = await Promise.all(keys.map((key) => world.redis.hexists(key, 'lease')))
    return keys.filter((_key, i) => held[i] === 1)
  }
  const [seconds] = await world.redis.time()
  // the next request is 4 s away
  await world.redis.hset(budgetKeys('acme').state, { limit: 20, tokens: 0, at: Number(seconds) * 1_000 })
  const setPhones = async (telephoneNumber: string) => {
    for (const uid of people) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber } })
    await world.cycle()
  }
  await setPhones('2')
  const isWaiting = async () =>
    people.length > 1 ? (await world.redis.hlen(outstanding)) === 1 : (await leases()).length === 1
  await until(isWaiting, 10_000, () => 'no write waits for the budget')

  for (const key of await leases()) await world.redis.hdel(key, 'outstanding', 'lease', 'leaseUntil', 'unconfirmed')
  await world.redis.del(outstanding)
  await setPhones('3')
  await world.settled()

  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(people.map(() => '3'))
  const updates = world.sandbox.requests.filter(({ method }) => method === 'PUT')
  expect(JSON.stringify(updates)).toContain('"phone":"3"')
  expect(JSON.stringify(updates)).not.toContain('"phone":"2"')
})

it.each([
  ['alone', ['ada'], () => '"names":"suspended"'],
  ['in a batch', ['ada', 'bob'], (key: string) => `${key}\r\n$11\r\noutstanding`],
])(
  'a suspension in place of a refused deletion is not sent once Redis has forgotten who holds the user: %s',
  async (_way, people, beforeEachRequest) => {
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      config: { users: { remove: { disabled: 'delete' } } },
      workers: 0,
    })
    await using first = await world.addWorker()
    await world.step()
    await first[Symbol.asyncDispose]()
    for (const { id } of await world.zendesk.users())
      await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 1 })
    const employ = async (uids: readonly string[], employeeStatus: string) => {
      for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus } })
      await world.cycle()
    }
    await employ(people, 'left')
    const ada = (await world.zendesk.user('ada@example.org'))!
    const key = connectionKeys(STAFF).entity('user', ada.external_id!)

    await using tap = await startRedisTap(world.redisServer.port)
    const yaml = world.yaml.replace(world.redisServer.url, tap.url)
    const deletes = tap.holdAt(beforeEachRequest(key))
    await using _worker = await startService('worker', { ...world, yaml })
    await deletes
    const suspends = tap.holdAt(beforeEachRequest(key))
    tap.letGo()
    await suspends
    await world.redis.hdel(key, 'lease', 'leaseUntil', 'outstanding')
    await employ(['ada'], 'active')
    tap.letGo()
    await world.settled()

    expect((await world.zendesk.user('ada@example.org'))?.suspended).toBe(false)
    const sent = world.sandbox.requests.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`)
    expect(sent.filter((one) => one.startsWith('DELETE'))).toHaveLength(1)
    expect(sent.filter((one) => one.includes(String(ada.id))).join()).not.toContain('"suspended":true')
  },
)

it('creations that wait for their turn behind slow ones are not sent once Redis has forgotten their leases', async () => {
  const people = Array.from({ length: 25 }, (_one, i) => `user${i}`)
  await using world = await openWorld({
    ldif: directoryOf(people.map((uid) => ({ uid, telephoneNumber: '1' }))),
    workers: 0,
    // slow answers take 8 s, longer than leases are taken at their word
    sandbox: { bulkImport: false, clock: 1 },
  })
  await world.fault({ method: 'POST', path: '/api/v2/users$', kind: 'slow', times: AT_ONCE })
  await world.redis.set(accountKeys('acme').bulkImportRefused, '1', 'EX', 600)
  await world.cycle()
  await using _worker = await startService('worker', world)
  const users = async () => world.redis.keys(`${connectionKeys(STAFF).prefix}user:*`)
  const areMarked = async () => {
    const marks = await Promise.all((await users()).map((key) => world.redis.hexists(key, 'creationSent')))
    return marks.length === people.length && !marks.includes(0)
  }
  await until(areMarked, 15_000, () => 'not all creations are made ready')
  for (const key of await users()) await world.redis.hdel(key, 'lease', 'leaseUntil')
  for (const uid of people) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '2' } })
  await world.cycle()
  await world.settled()

  const bodies = (await world.zendesk.requests({ method: 'POST', path: /\/users$/ })).map((one) =>
    JSON.stringify(one.body),
  )
  expect(bodies.filter((body) => body.includes('"phone":"1"'))).toHaveLength(AT_ONCE)
  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(people.map(() => '2'))
})

it('a suspension in place of a refused deletion, of one who is back when it is recorded, is no open ticket of theirs', async () => {
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }]),
    config: { users: { remove: { disabled: 'delete' } } },
    workers: 0,
  })
  await using first = await world.addWorker()
  await world.step()
  await first[Symbol.asyncDispose]()
  const { id, external_id: directoryId } = (await world.zendesk.user('ada@example.org'))!
  await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 1 })
  await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
  await world.cycle()

  await using tap = await startRedisTap(world.redisServer.port)
  const records = tap.holdAt('"linkOnly":true')
  await using _worker = await startService('worker', {
    ...world,
    yaml: world.yaml.replace(world.redisServer.url, tap.url),
  })
  await records
  await world.redis.hdel(connectionKeys(STAFF).entity('user', directoryId!), 'lease', 'leaseUntil')
  await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'active' } })
  await world.cycle()
  tap.letGo()
  await world.settled()

  expect((await world.zendesk.user('ada@example.org'))?.suspended).toBe(false)
  expect(await world.problems('user')).toEqual([])
})
