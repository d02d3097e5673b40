import { expect, it } from 'vitest'
import { deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

/** Takes effect in Zendesk; the answer is lost, and it is not tried again for now. */
async function loseCreation(world: World, queue: 'groups' | 'users.create', path: string) {
  await world.fault({ method: 'POST', path, kind: 'reset-after', times: 1 })
  await world.cycle()
  const isLost = () => world.sandbox.requests.some((one) => one.method === 'POST' && one.fault === 'reset-after')
  await until(isLost, 10_000, () => 'nothing was created')
  await world.queue(queue).pause()
}

async function afterwards(world: World, queue: 'groups' | 'users.create') {
  await world.cycle()
  await world.queue(queue).resume()
  await world.settled()
  await world.step()
}

const groups = async (world: World) =>
  (await world.zendesk.groups()).map((group) => group.name).filter((name) => name.startsWith('zd-'))

it.each([
  ['has another name by then is renamed: there is no second one', ['zd-new'], 'rename'],
  ['has left by then is deleted', [], 'delete'],
] as const)('a group whose creation lost its answer, and which %s', async (_what, left, change) => {
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada'], 'zd-old': ['ada'] }),
    sandbox: { clock: 100 },
  })
  await loseCreation(world, 'groups', '/groups$')

  if (change === 'rename') await renameEntry(world.slapd, groupDn('zd-old'), 'cn=zd-new')
  else await deleteEntry(world.slapd, groupDn('zd-old'))
  await afterwards(world, 'groups')

  expect(await groups(world)).toEqual(left)
  const created = world.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/groups'))
  expect(created).toHaveLength(1)
})

it('a group whose creation lost its answer, whose look-up was refused, and which is renamed: there is no second one', async () => {
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }], { agents: ['ada'], 'zd-old': ['ada'] }),
    sandbox: { clock: 100 },
  })
  await world.fault({ method: 'POST', path: '/groups$', kind: 'reset-after', times: 1 })
  await world.cycle()
  const met = (method: string, kind: string) => () =>
    world.sandbox.requests.some((one) => one.method === method && one.fault === kind)
  await until(met('POST', 'reset-after'), 10_000, () => 'nothing was created')
  await world.fault({ method: 'GET', path: '/groups$', kind: '429', times: 1 })
  await until(met('GET', '429'), 10_000, () => 'it was not looked up')
  await world.queue('groups').pause()
  await renameEntry(world.slapd, groupDn('zd-old'), 'cn=zd-new')
  await afterwards(world, 'groups')

  expect(await groups(world)).toEqual(['zd-new'])
  const created = world.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/groups'))
  expect(created).toHaveLength(1)
})

it.each([
  ['alone', false, 'directoryId'],
  ['in a batch', true, 'directoryId'],
  ['alone, without an external id', false, 'none'],
] as const)(
  'a user whose creation lost its answer (%s) and who has left by then is suspended like all who leave',
  async (_how, bulkImport, externalId) => {
    await using world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
      config: { users: { externalId } },
      sandbox: { bulkImport, clock: 100 },
    })
    await loseCreation(world, 'users.create', bulkImport ? '/create_many$' : '/users$')

    await modifyEntry(world.slapd, personDn('bob'), { replace: { mail: 'robert@example.org' } })
    await deleteEntry(world.slapd, personDn('ada'))
    await afterwards(world, 'users.create')

    expect((await world.zendesk.users()).map(({ email, suspended }) => [email, suspended])).toEqual([
      ['ada@example.org', true],
      ['robert@example.org', false],
    ])
  },
)
