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

  expect(
    (await world.zendesk.writes()).map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`),
  ).toEqual(['DELETE group_memberships/destroy_many'])
  expect((await world.ledger.problems()).map(({ problem }) => problem.code)).toEqual([])
})
