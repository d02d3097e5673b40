import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const start = (workers: number) =>
  openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'cid' }], {
      agents: ['ada', 'bob'],
      'zd-first': ['ada', 'bob'],
      'zd-second': ['bob'],
    }),
    workers,
  })
const account = async () => ({
  users: (await world.zendesk.users()).map(({ id, email, role, suspended }) => ({ id, email, role, suspended })),
  groups: await world.zendesk.groups(),
  members: [await world.zendesk.members('zd-first'), await world.zendesk.members('zd-second')],
})

/** All of Redis is gone, as after a disk failure; the product is started anew on an empty one. */
async function loseRedis(): Promise<World> {
  await world.stopProduct()
  await world.redis.flushall()
  return openWorld({ ldif: '', servers: world })
}

describe('the loss of all of Redis', () => {
  it('is mended by external id, email and name: everything is linked again, and nothing is written', async () => {
    world = await start(1)
    await world.step()
    const before = await account()
    await world.zendesk.forgetRequests()

    await using again = await loseRedis()
    await again.step()
    await again.step()

    expect(await account()).toEqual(before)
    expect(await world.zendesk.writes()).toEqual([])
    await addEntry(world.slapd, personDn('dan'), person({ uid: 'dan' }))
    await again.step()
    expect(await world.zendesk.users()).toHaveLength(4)
  })

  it('in mid-load: what was made is found, what was not is made, and nothing is made twice', async () => {
    world = await start(0)
    await world.cycle()
    const users = await world.ledger.count('user')
    await world.fault({ method: 'POST', path: '/users', kind: '500', times: 2 })
    await world.addWorker()
    await world.settled()

    await using again = await loseRedis()
    await again.step()
    await again.step()

    expect(users).toBe(3)
    const { users: made, groups, members } = await account()
    expect(made.map((user) => user.email)).toEqual(['ada', 'bob', 'cid'].map((uid) => `${uid}@example.org`))
    expect(groups.filter((group) => group.name.startsWith('zd-'))).toHaveLength(2)
    expect(members).toEqual([['ada@example.org', 'bob@example.org'], ['bob@example.org']])
  })
})
