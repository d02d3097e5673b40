import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { STAFF } from '../fixtures/staff.ts'
import { openWorld } from '../fixtures/world.ts'

it.each([
  ['alone', ['ada']],
  ['together', ['ada', 'bob']],
])(
  'an update, %s, of who is another entry’s by now goes out once, and is told until that is over',
  async (_how, uids) => {
    await using world = await openWorld({ ldif: directoryOf(['ada', 'bob', 'cid'].map((uid) => ({ uid }))) })
    await world.step()
    const owners = accountKeys(STAFF.account).owners('user')
    const ids = (await world.zendesk.users()).filter(({ name }) => uids.includes(name)).map(({ id }) => String(id))
    for (const id of ids) await world.redis.hset(owners, id, 'contractors|u7')
    await world.zendesk.forgetRequests()
    for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '7' } })

    for (let cycles = 0; cycles < 4; cycles++) await world.step()

    const writes = await world.zendesk.writes()
    expect(writes).toHaveLength(1)
    expect(await world.problems('user')).toMatchObject(
      uids.map(() => ({
        code: 'OWNED_BY_ANOTHER_ENTRY',
        what: expect.stringContaining("entry u7 of connection 'contractors'"),
        todo: expect.stringMatching(/\w/),
      })),
    )
    for (const { todo } of await world.problems('user')) {
      const [, key, id] = /redis-cli HDEL (\S+) (\d+)/.exec(todo)!
      await world.redis.hdel(key!, id!)
    }
    for (const job of await world.queue('users.update').getFailed()) await job.retry('failed')
    await world.settled()
    expect(await world.problems('user')).toEqual([])
    expect(await world.ledger.pending()).toEqual([])
  },
)
