import { Queue } from 'bullmq'
import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { cycleQueueName, queuePrefix } from '@provisioner/shared/queues.ts'
import { runCli } from '../fixtures/cli.ts'
import { forgetting } from '../fixtures/forgetful-redis.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const usersKey = connectionKeys({ account: 'acme', connection: 'staff' }).listOf('user')

const suspended = async (of: World) =>
  (await of.zendesk.users()).filter((user) => user.suspended).map(({ email }) => email!.split('@')[0])

/** All of Redis is gone, and while it was, people have left; the product is started anew on an empty one. */
async function loseWhile(leave: () => Promise<void>, config = {}): Promise<World> {
  await world.stopProduct()
  await world.redis.flushall()
  await leave()
  return openWorld({ ldif: '', config, servers: world })
}

/** Users of others: with an id of another form, with none, and suspended by hand. */
const OTHERS = [
  { name: 'Customer', email: 'customer@example.com', external_id: 'crm-17' },
  { name: 'Visitor', email: 'visitor@example.com' },
  { name: 'Banned', email: 'banned@example.com', external_id: '5b0f2a4e-0000-4000-8000-000000000001', suspended: true },
]

it('who left while Redis was lost is held for an admin, and suspended once approved; others are left alone', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'cid' }]) })
  await world.step()
  for (const user of OTHERS) await world.zendesk.call('POST', '/api/v2/users', { user })

  await using again = await loseWhile(() => deleteEntry(world.slapd, personDn('bob')))
  await again.step()
  await again.step()
  const held = await runCli(again, ['held'])
  const before = await suspended(again)
  await runCli(again, ['approve', 'staff', '--matching', 'bob'])
  await again.step()

  expect(before).toEqual(['banned'])
  expect(held.stdout).toMatch(/suspend user {2}bob@example\.org .*no entry has this external id/)
  expect(held.stdout).not.toMatch(/customer|visitor|banned/)
  expect((await suspended(again)).sort()).toEqual(['banned', 'bob'])
})

it('a full cycle finds them as well, whoever lost what was known of them', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
  await world.step()
  const stranger = { name: 'Eve', email: 'eve@example.org', external_id: '5b0f2a4e-0000-4000-8000-000000000002' }
  await world.zendesk.call('POST', '/api/v2/users', { user: stranger })
  await world.step()
  const between = await runCli(world, ['held'])
  await world.fullStep()
  await world.step()

  expect(between.stdout).not.toContain('eve@example.org')
  expect((await runCli(world, ['held'])).stdout).toContain('eve@example.org')
})

describe('who came and left while a Redis knew of it that was lost, which a worker that lives tells the next one,', () => {
  const hire = () => addEntry(world.slapd, personDn('bob'), person({ uid: 'bob' }))
  const isKnown = async () => (await world.redis.hlen(usersKey)) === 2

  it.each([
    ['created', async () => {}],
    ['created and updated', () => modifyEntry(world.slapd, personDn('bob'), { replace: { telephoneNumber: '7' } })],
  ])('goes the way of all leavers, and no admin is asked: %s', async (_what, then) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await forgetting(world, async () => {
      await hire()
      await world.step()
      await then()
      await world.step()
      await deleteEntry(world.slapd, personDn('bob'))
    })
    await until(isKnown, 10_000, () => 'nobody told of bob')
    await world.fullStep()

    expect(await suspended(world)).toEqual(['bob'])
    expect((await runCli(world, ['held'])).stdout).not.toContain('bob')
  })

  it('is suspended as well when nobody knows whether they were created', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    await forgetting(world, async () => {
      await world.fault({ method: 'POST', path: '/users', body: 'bob', kind: 'timeout-after' })
      await hire()
      await world.cycle()
      await until(
        async () => (await world.zendesk.users()).length === 2,
        10_000,
        () => 'nobody has created bob',
      )
      await deleteEntry(world.slapd, personDn('bob'))
    })
    await until(isKnown, 10_000, () => 'nobody told of bob')
    await world.step()

    expect(await suspended(world)).toEqual(['bob'])
  })
})

it('nobody is looked for with unknownLeavers: ignore', async () => {
  const config = { users: { unknownLeavers: 'ignore' } }
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]), config })
  await world.step()

  await using again = await loseWhile(() => deleteEntry(world.slapd, personDn('bob')), config)
  await again.step()
  await again.fullStep()
  await again.step()

  expect((await runCli(again, ['held'])).stdout).not.toContain('bob')
})

it('whom another connection is creating is no leaver of this one, before the creation is recorded', async () => {
  const partners = {
    id: 'partners',
    users: { locations: [{ base: 'ou=partners,dc=example,dc=org', filter: '(objectClass=inetOrgPerson)' }] },
    groups: null,
  }
  const unit = ldifEntry('ou=partners,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'partners' })
  world = await openWorld({ ldif: `${directoryOf([{ uid: 'ada' }])}\n${unit}`, others: [partners], workers: 0 })
  await world.cycle()
  const id = String(await world.redis.hrandfield(usersKey))
  // what a worker's request made whose answer is under way
  const ada = { name: 'ada', email: 'ada@example.org', external_id: id }
  await world.zendesk.call('POST', '/api/v2/users', { user: ada })
  const options = { prefix: queuePrefix('acme'), connection: world.redis }
  const cycles = new Queue(cycleQueueName('partners'), options)
  const full = await cycles.add('full cycle', {})
  await until(
    async () => (await full.getState()) === 'completed',
    30_000,
    () => 'the full cycle of partners has not ended',
  )
  await cycles.close()
  const owners = await world.redis.hgetall(accountKeys('acme').owners('user'))
  await world.addWorker()
  await world.step()

  expect(owners).toEqual({})
  expect(await world.problems('user')).toEqual([])
  expect(await world.zendesk.users()).toMatchObject([{ email: 'ada@example.org', external_id: id }])
})
