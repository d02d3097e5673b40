import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { entityInRedis } from '../fixtures/entity-in-redis.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const name = { account: 'acme', connection: 'staff' }
const keys = connectionKeys(name)

/** What a worker leaves of a user that it tells Redis again, which had forgotten the write and its release. */
async function doubt(world: World, email: string, names: string): Promise<void> {
  for await (const ids of world.ledger.ids('user'))
    for (const record of await world.ledger.records('user', ids)) {
      if (record?.label !== email) continue
      const entity = entityInRedis(world.redis, name, 'user', record.id)
      await entity.set({ unconfirmedBefore: names, sentBy: 'who tells it again' })
      await entity.drop('seen')
    }
}

it('what is unconfirmed while nothing waits is written once more, by a cycle that finds nothing else to do', async () => {
  await using world = await openWorld({
    ldif: directoryOf(
      ['ada', 'bob', 'cid'].map((uid) => ({ uid, telephoneNumber: '1' })),
      { agents: ['ada', 'bob'], 'zd-help': ['ada', 'bob'] },
    ),
  })
  await world.step()
  await modifyEntry(world.slapd, personDn('cid'), { replace: { employeeStatus: 'left' } })
  await world.step()
  const put = async (email: string, user: object) => {
    const { id } = (await world.zendesk.user(email))!
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user })
  }
  await put('bob@example.org', { phone: '2' })
  await put('cid@example.org', { suspended: false })
  await doubt(world, 'bob@example.org', 'phone')
  await doubt(world, 'cid@example.org', 'suspended')

  await world.step()

  expect(await world.zendesk.user('bob@example.org')).toMatchObject({ phone: '1', suspended: false })
  expect(await world.zendesk.user('cid@example.org')).toMatchObject({ suspended: true })
  expect(await world.ledger.held()).toEqual([])
  const records = await world.ledger.records('user', await allIds(world))
  expect(records.flatMap((record) => record?.unconfirmed ?? [])).toEqual([])
})

it('a group that is to be looked at, and who is in it, are as the directory says after the next cycle', async () => {
  await using world = await openWorld({
    ldif: directoryOf(
      ['ada', 'bob'].map((uid) => ({ uid })),
      { agents: ['ada', 'bob'], 'zd-help': ['ada'] },
    ),
  })
  await world.step()
  const { groups } = await world.zendesk.call<{ groups: { id: number; name: string }[] }>('GET', '/api/v2/groups')
  const help = groups.find((group) => group.name === 'zd-help')!
  await world.zendesk.call('PUT', `/api/v2/groups/${help.id}`, { group: { name: 'zd-old' } })
  const bob = (await world.zendesk.user('bob@example.org'))!
  await world.zendesk.call('POST', '/api/v2/group_memberships', {
    group_membership: { user_id: bob.id, group_id: help.id },
  })
  // as `ask_for_look` of the ledger does
  await world.redis.hdel(keys.state, 'lastAudit')

  await world.step()

  expect(await world.zendesk.members('zd-help')).toEqual(['ada@example.org'])
})

async function allIds(world: World): Promise<string[]> {
  const ids: string[] = []
  for await (const part of world.ledger.ids('user')) ids.push(...part)
  return ids
}
