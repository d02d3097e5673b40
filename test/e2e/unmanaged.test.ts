import { afterEach, describe, expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const agent = (id: number, uid: string, more: object = {}) => ({
  ...{ id, name: uid, email: `${uid}@example.org`, role: 'agent' as const },
  ...more,
})
const BEFORE = {
  users: [
    agent(11, 'olga', { role: 'admin', email: 'owner@example.org' }),
    agent(12, 'hand'),
    agent(13, 'gone', { suspended: true }),
    agent(14, 'ada'),
    agent(15, 'robot', { email: 'robot@bots.example.org' }),
    agent(16, 'customer', { role: 'end-user' }),
    // an admin is not linked to an entry that asks for less, until somebody approves that
    agent(17, 'eve', { role: 'admin' }),
  ],
  groups: [
    { id: 21, name: 'Support', default: true },
    { id: 22, name: 'Night' },
  ],
}
const PROTECT = ['*@bots.example.org']

async function open(config: WorldOptions['config'] = {}, people = ['ada', 'bob', 'eve']): Promise<void> {
  const ldif = directoryOf(
    people.map((uid) => ({ uid })),
    { agents: people, 'zd-a': ['ada', 'bob'] },
  )
  world = await openWorld({ ldif, config: { account: { protect: PROTECT }, ...config }, sandbox: { before: BEFORE } })
  await world.step()
}

/** What is told of whom nobody manages, without what to do about it. */
async function told(): Promise<string[]> {
  const problems = await world.problems('account')
  return problems.filter(({ code }) => code.startsWith('UNMANAGED_')).map(({ code, what }) => `${code}: ${what}`)
}

const TEAM =
  "UNMANAGED_TEAM_MEMBERS: 3 team members of Zendesk account 'acme' belong to no entry of the directory: " +
  'owner@example.org (admin), hand@example.org, gone@example.org (suspended). ' +
  'Nobody takes their access and their seat when they leave'
const GROUPS = "UNMANAGED_GROUPS: A group of Zendesk account 'acme' belongs to no group of the directory: 'Night'"

describe('what nobody manages', () => {
  it('is told of by full cycles, once, without whom an admin has excepted or is asked about, until it is managed', async () => {
    await open()
    const before = await told()
    await world.fullStep()
    const full = await told()
    await world.step()
    const ordinary = await told()

    await addEntry(world.slapd, personDn('hand'), person({ uid: 'hand' }))
    await addEntry(world.slapd, groupDn('zd-n'), group('zd-n', ['ada']))
    await world.zendesk.call('PUT', '/api/v2/groups/22', { group: { name: 'zd-n' } })
    await world.zendesk.call('DELETE', '/api/v2/users/13')
    await world.fullStep()

    expect(before).toEqual([])
    expect(full.toSorted()).toEqual([GROUPS, TEAM])
    expect(ordinary).toEqual(full)
    expect((await told()).toSorted()).toEqual([
      expect.stringMatching(
        /: A team member of .* belongs to no entry of the directory: owner@example.org \(admin\)\./,
      ),
    ])
    const news = world.logs.filter(({ msg }) => msg === 'New problem').map((line) => JSON.stringify(line['problem']))
    expect(news.filter((line) => line.includes('UNMANAGED_TEAM_MEMBERS'))).toHaveLength(1)
  })

  it('is shown by plan --full and by problems, and counts nobody as refused', async () => {
    await open()

    const [plan, full] = [await runCli(world, ['plan']), await runCli(world, ['plan', '--full'])]
    await world.fullStep()
    const problems = await runCli(world, ['problems'])

    expect(plan.stdout).not.toContain('UNMANAGED')
    for (const { stdout } of [full, problems]) {
      expect(stdout).toContain(TEAM.split(': ')[1]!)
      expect(stdout).toContain(GROUPS.split(': ')[1]!)
    }
    expect(world.logs.findLast(({ msg }) => msg === 'Cycle ended')?.['refused']).toMatchObject({ users: 0, groups: 0 })
  })

  it('is told neither of groups nor of the team by a connection that manages none', async () => {
    await open({ groups: null, users: { map: { role: null } } })
    await world.zendesk.forgetRequests()

    await world.fullStep()

    expect(await told()).toEqual([])
    const lists = await world.zendesk.requests({ path: /\/users$/ })
    expect(lists.map(({ query }) => query['role'])).not.toContain('agent')
  })

  it('is not known where Zendesk does not let it be read: that is told, and fails no cycle', async () => {
    // else all users are listed for other reasons as well
    await open({ users: { unknownLeavers: 'ignore' } }, ['ada', 'bob'])
    await world.fault({ method: 'GET', path: '/api/v2/users$', kind: '403', times: 'always' })

    await world.fullStep()

    expect(await told()).toEqual([GROUPS])
    expect((await world.problems('connection')).map(({ code, id }) => [code, id])).toEqual([
      ['ZENDESK_LIST_UNREAD', 'staff.team'],
    ])
  })
})
