import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const uids = ['ada', 'bob', 'cid', 'dan', 'fay']

let world: World
beforeAll(async () => {
  world = await openWorld({
    ldif: directoryOf(
      uids.map((uid) => ({ uid, o: 'Acme', preferredLanguage: 'de' })),
      { agents: ['bob'], leads: ['ada'], admins: ['fay'], 'zd-sales': ['ada', 'bob'] },
    ),
    sandbox: {
      clock: 500,
      before: {
        customRoles: [{ id: 88, name: 'Team lead', role_type: 0 }],
        organizations: [{ id: 77, name: 'Acme' }],
      },
    },
    config: {
      users: {
        map: {
          organization: 'o',
          locale: 'preferredLanguage',
          custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
          role: { allowDowngrade: true, allowAdmin: true, byGroup: { [groupDn('admins')]: 'admin' } },
        },
      },
    },
  })
})
afterAll(() => world?.[Symbol.asyncDispose]())

const LISTS = {
  custom_roles: /custom_roles$/,
  organizations: /organizations$/,
  locales: /locales$/,
  groups: /\/groups$/,
  memberships: /group_memberships$/,
  admins: /\/users$/,
}

async function withhold(kind: string, ...lists: (keyof typeof LISTS)[]): Promise<void> {
  for (const list of lists) await world.fault({ method: 'GET', path: LISTS[list].source, kind, times: 'always' })
}

/** What a person would look at, with every list there again. */
async function picture() {
  world.sandbox.faults.clear()
  const users = await world.zendesk.users()
  return {
    users: users.map((user) =>
      [user.email?.split('@')[0], user.role, user['custom_role_id'], user['organization_id']].join(' '),
    ),
    sales: await world.zendesk.members('zd-sales'),
  }
}
const whole = {
  users: ['ada agent 88 77', 'bob agent  77', 'cid end-user  77', 'dan end-user  77', 'fay admin  77'],
  sales: ['ada@example.org', 'bob@example.org'],
}
/** That an agent has no custom role is told as well, and is another matter. */
const problems = async () =>
  (await world.problems('connection'))
    .filter(({ code }) => code !== 'LEGACY_AGENT')
    .map(({ id, what }) => `${id}: ${what}`)
    .sort()

describe('a list that Zendesk does not let us read', () => {
  it.each([['403'], ['404']])(
    'of names (%s): leaves alone what it would have been looked up for, in the first cycle too, and says so once',
    async (kind) => {
      const isFirst = kind === '403'
      await withhold(kind, 'custom_roles', 'organizations', 'locales')
      await world.fullStep()
      const told = await problems()
      await modifyEntry(world.slapd, personDn('dan'), { replace: { telephoneNumber: kind } })
      await world.step()
      const phone = (await world.zendesk.user('dan@example.org'))?.phone
      const withheld = await picture()
      await world.fullStep()
      await world.step()

      expect(told).toEqual([
        expect.stringMatching(
          new RegExp(`^staff.customRoles: .*\\(${kind}\\): custom_role, and the role .* of 1 entry`),
        ),
        expect.stringMatching(new RegExp(`^staff.locales: .*\\(${kind}\\): locale of 5 entries is left alone`)),
        expect.stringMatching(/^staff.organizations: .* organization of 5 entries is left alone/),
      ])
      expect(phone).toBe(kind)
      expect(withheld).toEqual(
        isFirst
          ? {
              users: ['ada end-user  ', 'bob agent  ', 'cid end-user  ', 'dan end-user  ', 'fay admin  '],
              sales: ['bob@example.org'],
            }
          : whole,
      )
      expect(await picture()).toEqual(whole)
      expect([await problems(), await world.problems('user')]).toEqual([[], []])
    },
  )

  it('of groups, or of who is in them: users, and the groups that are linked, go on', async () => {
    await withhold('403', 'groups', 'memberships')
    await addEntry(world.slapd, groupDn('zd-new'), group('zd-new', ['bob']))
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await modifyEntry(world.slapd, groupDn('zd-sales'), { delete: { member: personDn('bob') } })
    await world.fullStep()
    const told = await problems()
    const created = (await world.zendesk.requests({ method: 'POST', path: /\/groups$/ })).length
    world.sandbox.faults.clear()
    const between = [await world.zendesk.user('eve@example.org'), await world.zendesk.members('zd-sales')]
    await world.fullStep()
    await world.step()

    expect(told).toEqual([
      expect.stringMatching(/^staff.groups: .*\(403\): no group is created/),
      expect.stringMatching(/^staff.memberships: .*\(403\): those that somebody made or removed by hand stay so/),
    ])
    expect(created).toBe(1)
    expect(between).toEqual([expect.objectContaining({ suspended: false }), ['ada@example.org', 'bob@example.org']])
    expect([await world.zendesk.members('zd-sales'), await world.zendesk.members('zd-new')]).toEqual([
      ['ada@example.org'],
      ['bob@example.org'],
    ])
    expect(await problems()).toEqual([])
  })

  it('of how many users there are: people are looked for one by one', async () => {
    await world.fault({ method: 'GET', path: 'users/count$', kind: '403', times: 'always' })
    await addEntry(world.slapd, personDn('gil'), person({ uid: 'gil' }))
    await world.step()
    world.sandbox.faults.clear()

    expect((await world.zendesk.user('gil@example.org'))?.suspended).toBe(false)
    expect(await problems()).toEqual([])
  })

  it('of administrators: none of them leaves, everybody else does', async () => {
    await withhold('403', 'admins')
    await deleteEntry(world.slapd, personDn('fay'))
    await deleteEntry(world.slapd, personDn('cid'))
    await world.step()
    const told = await problems()
    world.sandbox.faults.clear()
    const suspended = (await world.zendesk.users()).filter((user) => user.suspended).map(({ email }) => email)
    await world.step()

    expect(told).toEqual([expect.stringMatching(/^staff.admins: .*no administrator is suspended/)])
    expect(suspended).toEqual(['cid@example.org'])
    expect((await world.zendesk.user('fay@example.org'))?.suspended).toBe(true)
    expect(await problems()).toEqual([])
  })
})

it('addresses that Zendesk does not let us read keep their user from being linked, since a pattern may protect them, and nobody else', async () => {
  await using one = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
    config: { account: { protect: ['*@board.example'] } },
  })
  const there = { name: 'ada', email: 'ada@example.org', role: 'agent', skip_verify_email: true }
  await one.zendesk.call('POST', '/api/v2/users', { user: there })
  await one.fault({ method: 'GET', path: '/identities$', kind: '403', times: 'always' })
  await one.step()
  const told = (await one.problems('user')).map(({ code, dn }) => `${code} ${dn}`)
  one.sandbox.faults.clear()
  const users = (await one.zendesk.users()).map(({ email, external_id: id }) => [email, id !== null])

  expect(told).toEqual([`ADDRESSES_UNREAD ${personDn('ada')}`])
  expect(users).toEqual([
    ['ada@example.org', false],
    ['bob@example.org', true],
  ])
})
