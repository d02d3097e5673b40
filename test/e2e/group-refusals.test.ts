import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const people = [{ uid: 'ada' }, { uid: 'bob' }]
const agents = { agents: ['ada', 'bob'] }
const names = async () => (await world.zendesk.groups()).map(({ name }) => name).sort()
const codes = async (subject: 'group' | 'membership') => (await world.problems(subject)).map(({ code }) => code)
/** Not 404: a membership that went with its group is none that Zendesk refuses to remove. */
const refused = async () =>
  (await world.zendesk.writes())
    .filter(({ method, status }) => method === 'DELETE' && status >= 400 && status !== 404)
    .map(({ path, status }) => `${path.split('/')[3]} ${status}`)

describe('what Zendesk refuses about groups', () => {
  it('the deletion of its default group: one problem, asked once, and done by a full cycle once another is the default', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-home': ['ada', 'bob'], 'zd-next': ['ada'] }),
      config: { groups: { remove: 'delete-all' } },
      sandbox: {
        before: { groups: [{ id: 1, name: 'zd-home', default: true }] },
        unknowns: { defaultGroupDeletion: 'refused', onlyGroupDeletion: 'moves to the default group' },
      },
    })
    await world.step()

    await deleteEntry(world.slapd, groupDn('zd-home'))
    for (let i = 0; i < 3; i++) await world.step()

    expect([await names(), await codes('group'), await refused()]).toEqual([
      ['zd-home', 'zd-next'],
      ['GROUP_DEFAULT'],
      ['groups 403'],
    ])

    // Only Zendesk's own pages can choose another default group.
    const { groups } = world.sandbox.account
    for (const group of groups.all()) {
      groups.remove(group)
      groups.add({ ...group, default: group.name === 'zd-next' })
    }
    await world.fullStep()

    expect([await names(), await codes('group'), await refused()]).toEqual([['zd-next'], [], ['groups 403']])
  })

  it('the removal of an agent from the last group, or of that group: one problem, asked once, and done as soon as there is another', async () => {
    world = await openWorld({
      ldif: directoryOf(people, { ...agents, 'zd-a': ['ada'], 'zd-b': ['bob'], 'zd-c': [] }),
      sandbox: { unknowns: { lastMembership: 'refused', onlyGroupDeletion: 'refused' } },
    })
    await world.step()
    await leaveUnmanagedGroups()
    await world.zendesk.forgetRequests()

    await modifyEntry(world.slapd, groupDn('zd-a'), { replace: { member: personDn('nobody') } })
    await deleteEntry(world.slapd, groupDn('zd-b'))
    for (let i = 0; i < 3; i++) await world.step()

    expect([await codes('membership'), await codes('group')]).toEqual([['MEMBERSHIP_LAST'], ['GROUP_LAST_OF_AGENTS']])
    expect((await world.zendesk.writes()).map(({ path }) => path.split('/')[3]).sort()).toEqual([
      'group_memberships',
      'groups',
    ])

    await modifyEntry(world.slapd, groupDn('zd-c'), { add: { member: [personDn('ada'), personDn('bob')] } })
    await world.step()
    await world.step()

    expect(await names()).toEqual(['Support', 'zd-a', 'zd-c'])
    expect([await world.zendesk.members('zd-a'), await world.zendesk.members('zd-c')]).toEqual([
      [],
      ['ada@example.org', 'bob@example.org'],
    ])
    expect([await codes('membership'), await codes('group')]).toEqual([[], []])
  })
})

/** New agents are in the default group unasked: somebody takes them out by hand. */
async function leaveUnmanagedGroups() {
  const home = (await world.zendesk.groups()).find(({ name }) => name === 'Support')!
  for (const { id } of await world.zendesk.users()) {
    const { group_memberships: all } = await world.zendesk.call<{
      group_memberships: { id: number; group_id: number }[]
    }>('GET', `/api/v2/users/${id}/group_memberships`)
    for (const one of all)
      if (one.group_id === home.id) await world.zendesk.call('DELETE', `/api/v2/group_memberships/${one.id}`)
  }
}
