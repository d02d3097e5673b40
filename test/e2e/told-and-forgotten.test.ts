import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry, ldifRename } from '@provisioner/sandbox/servers/ldif.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { runCli } from '../fixtures/cli.ts'
import { forgetting, restartRedis } from '../fixtures/forgetful-redis.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const keys = connectionKeys({ account: 'acme', connection: 'staff' })
const left = ldifEntry('ou=left,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'left' })

const states = async () =>
  Object.fromEntries(
    (await world.zendesk.users()).map(({ email, suspended }) => [
      email!.split('@')[0],
      suspended ? 'suspended' : 'active',
    ]),
  )
const groups = async () =>
  (await world.zendesk.groups()).map(({ name }) => name).filter((name) => name.startsWith('zd-'))

const isKnown = (list: string, count: number) =>
  until(
    async () => (await world.redis.hlen(list)) === count,
    10_000,
    async () => `${await world.redis.hlen(list)} are known in place of ${count}`,
  )

/** A creation takes effect, and nobody hears of it. */
async function createsUnheard(what: 'users' | 'groups', name: string, add: () => Promise<void>): Promise<void> {
  await world.fault({ method: 'POST', path: `/${what}`, body: name, kind: 'timeout-after' })
  await add()
  await world.cycle()
  await until(
    async () => (what === 'users' ? Object.keys(await states()) : await groups()).includes(name),
    10_000,
    () => `nobody has created ${name}`,
  )
}

const addBob = () => addEntry(world.slapd, personDn('bob'), person({ uid: 'bob' }))
const addGroup = () => addEntry(world.slapd, groupDn('zd-x'), group('zd-x', ['ada']))

it('a group that was rightly deleted does not come back, and takes no other of its name along', async () => {
  const redis = { appendonly: true, settings: { appendfsync: 'always' } }
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), redis })
  await world.step()
  await world.fault({ method: 'POST', path: '/groups', body: 'zd-x', kind: 'timeout-after' })
  await addGroup()
  await world.step()
  await deleteEntry(world.slapd, groupDn('zd-x'))
  await world.step()
  const deleted = await groups()
  await world.zendesk.call('POST', '/api/v2/groups', { group: { name: 'zd-x' } })

  await restartRedis(world)
  await world.step()
  await world.step()

  expect([deleted, await groups()]).toEqual([[], ['zd-x']])
})

it('a group that was perhaps created is ours when a cycle finds it, and leaves with its entry', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
  await world.step()
  await forgetting(world, () => createsUnheard('groups', 'zd-x', addGroup))
  await isKnown(keys.listOf('group'), 1)
  await world.step()
  const found = await groups()

  await deleteEntry(world.slapd, groupDn('zd-x'))
  await world.step()

  expect([found, await groups()]).toEqual([['zd-x'], []])
})

describe('who was perhaps created, and whose entry is moved away before the next cycle,', () => {
  it.each([
    ['suspended by outOfScope', { deleted: 'delete', outOfScope: 'suspend' }, 'suspended'],
    ['left alone where both are to be', { deleted: 'ignore', outOfScope: 'ignore' }, 'active'],
  ])('is %s', async (_how, remove, is) => {
    world = await openWorld({ ldif: `${directoryOf([{ uid: 'ada' }])}\n${left}`, config: { users: { remove } } })
    await world.step()
    await forgetting(world, async () => {
      await createsUnheard('users', 'bob', addBob)
      await applyLdif(world.slapd, ldifRename(personDn('bob'), 'uid=bob', 'ou=left,dc=example,dc=org'))
    })
    await isKnown(keys.listOf('user'), 2)

    await world.step()
    await world.step()

    expect(await states()).toEqual({ ada: 'active', bob: is })
  })
})

it('whom an admin let in again after their removal was approved is asked for again', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
  await world.step()
  const stranger = { name: 'Eve', email: 'eve@example.org', external_id: '5b0f2a4e-0000-4000-8000-000000000002' }
  await world.zendesk.call('POST', '/api/v2/users', { user: stranger })
  await world.fullStep()
  await world.step()
  await runCli(world, ['approve', 'staff', '--matching', 'eve'])
  await world.step()
  const approved = await states()
  const eve = await world.zendesk.user('eve@example.org')

  await world.zendesk.call('PUT', `/api/v2/users/${eve!.id}`, { user: { suspended: false } })
  await world.fullStep()
  await world.step()

  expect([approved, await states()]).toEqual([
    { ada: 'active', eve: 'suspended' },
    { ada: 'active', eve: 'active' },
  ])
  expect((await runCli(world, ['held'])).stdout).toContain('eve')
})
