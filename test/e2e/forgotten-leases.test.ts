import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { budgetKeys } from '@provisioner/zendesk/budget/budget-keys.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

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
    const keys = await world.redis.keys(`${connectionKeys('staff').prefix}user:*`)
    const held = await Promise.all(keys.map((key) => world.redis.hexists(key, 'lt')))
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

  for (const key of await leases()) await world.redis.hdel(key, 'wr', 'lt', 'lu', 'sent')
  await world.redis.del(outstanding)
  await setPhones('3')
  await world.settled()

  expect((await world.zendesk.users()).map((user) => user['phone'])).toEqual(people.map(() => '3'))
  const updates = world.sandbox.requests.filter(({ method }) => method === 'PUT')
  expect(JSON.stringify(updates)).toContain('"phone":"3"')
  expect(JSON.stringify(updates)).not.toContain('"phone":"2"')
})
