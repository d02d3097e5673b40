import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { refuseUpdates } from '../fixtures/refuse-writes.ts'
import { startRewritingProxy, type RewritingProxy } from '../fixtures/rewriting-proxy.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const WORDS = [
  'Organization does not exist',
  'Role not found',
  'Phone: 555-timed out is invalid',
  'Name: Temporary Staff is too long (maximum is 255 characters)',
  'Name: Conflict Resolution is not a valid name',
]

it.concurrent.each([
  ['alone', ['ada']],
  ['in a batch', ['ada', 'bob']],
])(
  'an update refused for another reason than the user, %s: is told at once, and nobody counts as gone',
  async (_how, uids) => {
    let proxy: RewritingProxy | undefined
    await using world = await openWorld({
      ldif: directoryOf(
        ['ada', 'bob', 'cid'].map((uid) => ({ uid })),
        { agents: ['ada', 'bob'], 'zd-a': ['ada', 'bob'] },
      ),
      zendeskUrl: async ({ url }) => (proxy = await startRewritingProxy(url)).url,
    })
    await using _proxy = proxy
    await world.step()
    const before = await usersOf(world)

    for (const [i, words] of WORDS.entries()) {
      proxy!.rewrite = refuseUpdates(words)
      for (const uid of uids) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: `${i}` } })
      await world.step()

      const problems = await world.problems('user')
      expect(problems.map(({ dn, what }) => [dn, what.includes(words)]).sort()).toEqual(
        uids.map((uid) => [personDn(uid), true]),
      )
      expect((await world.queue('users.update').getFailed()).slice(0, uids.length)).toMatchObject(
        uids.map(() => ({ attemptsMade: 1 })),
      )
    }
    expect(await usersOf(world)).toEqual(before)
    expect(await world.zendesk.members('zd-a')).toEqual(['ada@example.org', 'bob@example.org'])
    expect(await world.ledger.held()).toEqual([])
  },
)

it('a lone update that is answered by 404, of a user whom Zendesk shows, is tried again, and nobody is unlinked', async () => {
  await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
  await world.step()
  const { id } = (await world.zendesk.user('ada@example.org'))!
  await world.fault({ method: 'PUT', path: `/users/${id}$`, kind: '404', times: 1 })
  await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
  await world.step()

  const linked = (await usersOf(world)).find(([, zendeskId]) => zendeskId === id)
  expect(linked).toEqual(['ada@example.org', id, 'created', null])
  expect((await world.zendesk.user('ada@example.org'))?.['phone']).toBe('7')
  expect(await world.problems('user')).toEqual([])
})

/** What the ledger knows of users: label, Zendesk id, origin, and since when they are gone. */
async function usersOf(world: World) {
  const records: (UserRecord | undefined)[] = []
  for await (const ids of world.ledger.ids('user'))
    records.push(...(await world.ledger.records<UserRecord>('user', ids)))
  return records.map((one) => [one?.label, one?.zendeskId, one?.origin, one?.goneSince]).sort()
}
