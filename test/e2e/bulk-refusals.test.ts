import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

it('404 to a bulk write says nothing of anybody in it: nobody counts as deleted, and nobody is unlinked', async () => {
  const uids = ['ada', 'bob', 'cid', 'dan']
  await using world = await openWorld({
    ldif: directoryOf(
      uids.map((uid) => ({ uid })),
      { agents: [] },
    ),
    config: { users: { remove: { disabled: 'delete' } }, guard: { users: null } },
  })
  await world.step()
  const before = new Map((await world.zendesk.users()).map(({ email, id }) => [email, id]))
  await world.fault({ method: 'DELETE', path: 'destroy_many', kind: '404', times: 1 })
  await world.fault({ method: 'PUT', path: 'update_many', kind: '404', times: 1 })
  for (const uid of ['ada', 'bob'])
    await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: 'left' } })
  for (const uid of ['cid', 'dan']) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '7' } })
  await world.step()

  const after = await world.zendesk.users()
  expect(after.map(({ email, id }) => [email, id])).toEqual(
    ['cid@example.org', 'dan@example.org'].map((email) => [email, before.get(email)]),
  )
  expect(after.map((user) => user['phone'])).toEqual(['7', '7'])
  expect(await world.problems('user')).toEqual([])
})
