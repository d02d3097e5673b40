import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

it('the user of the account’s own credentials is told of, with the groups, while they are in any', async () => {
  const groups = ['zd-a', 'zd-b', 'zd-c', 'zd-d']
  const members = Object.fromEntries(groups.map((name) => [name, ['robot', 'ada']]))
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'robot', mail: 'api@example.org' }, { uid: 'ada' }], {
      agents: ['robot', 'ada'],
      'zd-none': ['ada'],
      ...members,
    }),
  })
  const told = async () =>
    (await world.problems('connection')).filter(({ code }) => code === 'API_USER_IN_GROUP').map(({ what }) => what)

  await world.step()
  // an entry takes an admin over by an admin's word alone
  await runCli(world, ['approve', 'staff', '--yes'])
  await world.step()
  await world.step()
  const before = await told()
  for (const name of groups) await modifyEntry(world.slapd, groupDn(name), { delete: { member: personDn('robot') } })
  await world.step()

  expect(before).toEqual([expect.stringMatching(/is a member of 'zd-a', 'zd-b', 'zd-c', 1 more: open tickets/)])
  expect(await told()).toEqual([])
})
