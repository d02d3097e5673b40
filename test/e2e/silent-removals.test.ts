import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const uids = ['ada', 'bob', 'cid']

it('members removed by a Zendesk that neither says so nor leaves them without a group are looked for, and removed once', async () => {
  await using world = await openWorld({
    ldif: directoryOf(
      uids.map((uid) => ({ uid })),
      { agents: uids, 'zd-home': uids },
    ),
    sandbox: {
      bulkImport: true,
      before: { groups: [{ id: 1, name: 'zd-home', default: true }] },
      unknowns: { membershipResults: 'null', lastMembership: 'replaced by the default group' },
    },
  })
  await world.step()
  await world.zendesk.forgetRequests()

  await modifyEntry(world.slapd, groupDn('zd-home'), { replace: { member: personDn('ada') } })
  await world.step()

  const writes = await world.zendesk.writes()
  const removed = writes.flatMap(({ query }) => query['ids']!.split(','))
  expect(new Set(writes.map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`))).toEqual(
    new Set(['DELETE group_memberships/destroy_many']),
  )
  // two by the directory's word, and two whom this Zendesk put back into its default group
  expect([removed.length, new Set(removed).size]).toEqual([4, 4])
  expect((await world.ledger.problems()).map(({ problem }) => problem.code)).toEqual([])
})
