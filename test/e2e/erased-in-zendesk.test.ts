import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = (uid: string) => world.zendesk.user(`${uid}@example.org`)
const uids = async () => (await world.zendesk.users()).map((one) => one.email!.split('@')[0])
const heldNow = async () => (await world.ledger.held()).map(({ category, label, cause }) => [category, label, cause])
const change = (uid: string, attributes: Record<string, string>) =>
  modifyEntry(world.slapd, personDn(uid), { replace: attributes })
const today = () => new Date().toISOString().slice(0, 10)

/** As an admin does for a privacy request, and a deletion schedule by itself. */
async function erase(...some: readonly string[]): Promise<void> {
  for (const uid of some) await world.zendesk.call('DELETE', `/api/v2/users/${(await user(uid))!.id}`)
}

/** Writes that say something new of users, or make one. */
async function creations(): Promise<number> {
  const posts = await world.zendesk.requests({ method: 'POST', path: /\/users(\/create_many)?$/ })
  return posts.length
}

async function open(policy?: 'ask' | 'recreate' | 'leave', more: object = {}): Promise<void> {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }, { uid: 'cid' }], {
      agents: ['ada', 'bob'],
      'zd-first': ['ada', 'bob'],
    }),
    config: { users: { ...(policy && { goneInZendesk: policy }), ...more } },
  })
  await world.step()
  await world.zendesk.forgetRequests()
}

/** The next cycle takes what is known by now for old. */
async function noticedLongAgo(): Promise<void> {
  const late = { ...(await world.ledger.lastCycle())!, startedAt: Date.now() + 120_000 }
  await world.redis.hset(connectionKeys('staff').state, 'lastCycle', JSON.stringify(late))
}

/** The ways in which it is noticed. */
const NOTICED = {
  'a full cycle': () => world.fullStep(),
  'a single write': async () => {
    await change('ada', { telephoneNumber: '7' })
    await world.step()
  },
  'a bulk write': async () => {
    for (const uid of ['ada', 'bob', 'cid']) await change(uid, { telephoneNumber: '7' })
    await world.step()
  },
} as const

describe('a user who was erased in Zendesk', () => {
  it.each(Object.entries(NOTICED))('noticed by %s: is held, and created once it is approved', async (_by, notice) => {
    await open()
    const { id } = (await user('ada'))!
    await erase('ada')

    await notice()
    await world.step()
    await world.fullStep()
    const [held, without] = [await heldNow(), [await uids(), await creations()]]
    const [line] = await world.problems('connection')
    const failed = await Promise.all((['users.update', 'users.create'] as const).map((q) => world.queue(q).getFailed()))
    await runCli(world, ['approve', 'staff'])
    await world.step()
    await world.fullStep()

    expect(held).toEqual([['recreations', 'ada@example.org', `deleted in Zendesk, noticed ${today()}`]])
    expect(line).toMatchObject({ code: 'HELD', what: '1 user who was deleted in Zendesk wait for approval' })
    expect([without, failed.flat(), await world.problems('user')]).toEqual([[['bob', 'cid'], 0], [], []])
    expect([await uids(), await creations(), await heldNow()]).toEqual([['ada', 'bob', 'cid'], 1, []])
    const again = (await user('ada'))!
    expect([again.role, again.id === id, await world.zendesk.members('zd-first')]).toEqual([
      'agent',
      false,
      ['ada@example.org', 'bob@example.org'],
    ])
  })

  it.each(Object.entries(NOTICED))('noticed by %s, with leave: is counted, and never created', async (_by, notice) => {
    await open('leave')
    await erase('ada')

    await notice()
    await world.step()
    await world.fullStep()
    await world.step()

    expect([await uids(), await creations(), await heldNow(), await world.problems('user')]).toEqual([
      ['bob', 'cid'],
      0,
      [],
      [],
    ])
    expect((await world.ledger.lastCycle())?.switchedOff).toEqual({ 'create user': 1 })
    expect(await world.ledger.pending()).toEqual([])
  })

  it.each(Object.entries(NOTICED))(
    'noticed by %s, with recreate: is created by the next cycle',
    async (_by, notice) => {
      await open('recreate')
      await erase('ada')

      await notice()
      await world.step()
      await world.step()

      expect([await uids(), await creations()]).toEqual([['ada', 'bob', 'cid'], 1])
      expect(await world.zendesk.members('zd-first')).toEqual(['ada@example.org', 'bob@example.org'])
    },
  )

  it.each(['ask', 'leave'] as const)('%s: is linked when Zendesk has one of that address again', async (policy) => {
    await open(policy)
    await erase('ada', 'bob')
    await world.fullStep()
    const made = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'by hand', email: 'ada@example.org' },
    })

    await world.fullStep()
    await world.fullStep()

    expect(await user('ada')).toMatchObject({ id: made.user.id, name: 'ada', role: 'agent' })
    expect((await heldNow()).map(([, label]) => label)).toEqual(policy === 'ask' ? ['bob@example.org'] : [])
    expect([await uids(), await world.zendesk.members('zd-first')]).toEqual([['ada', 'cid'], ['ada@example.org']])
  })

  it('is linked, and not made twice, when somebody was quicker than the approval', async () => {
    await open()
    await erase('cid')
    await world.fullStep()
    const made = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'by hand', email: 'cid@example.org' },
    })

    await noticedLongAgo()
    await runCli(world, ['approve', 'staff'])
    await world.step()

    expect(await user('cid')).toMatchObject({ id: made.user.id, name: 'cid' })
    expect([await creations(), await heldNow()]).toEqual([0, []])
  })

  it('is not looked for in every cycle while it waits', async () => {
    await open()
    await erase('ada', 'bob')
    await world.fullStep()
    await noticedLongAgo()
    await world.zendesk.forgetRequests()

    await world.step()

    expect(await world.zendesk.requests({ path: /\/users/ })).toEqual([])
    expect(await heldNow()).toHaveLength(2)
  })

  it('asks again when it is erased once more', async () => {
    await open()
    await erase('cid')
    await world.fullStep()
    await runCli(world, ['approve', 'staff'])
    await world.step()

    await erase('cid')
    await world.fullStep()
    const again = await heldNow()
    await runCli(world, ['reject', 'staff'])
    await world.fullStep()

    expect(again).toHaveLength(1)
    expect([await uids(), await creations()]).toEqual([['ada', 'bob'], 1])
    expect((await world.ledger.heldAndDecided()).map(({ decision }) => decision?.decision)).toEqual(['rejected'])
  })

  const scope = { base: 'ou=people,dc=example,dc=org', filter: '(&(objectClass=inetOrgPerson)(!(description=out)))' }

  it.each([
    ['is disabled', { employeeStatus: 'left' }, { employeeStatus: 'active' }],
    ['leaves the scope', { description: 'out' }, { description: 'in' }],
  ])('and whose entry %s, is asked about no more, until it is back', async (_what, out, back) => {
    await open('ask', { locations: [scope] })
    await erase('ada')
    await world.fullStep()

    await change('ada', out)
    await world.step()
    await world.fullStep()
    const meanwhile = [await heldNow(), await uids(), await creations(), await world.ledger.pending()]
    await change('ada', back)
    await world.step()

    expect(meanwhile).toEqual([[], ['bob', 'cid'], 0, []])
    expect([(await heldNow()).map(([category]) => category), await uids()]).toEqual([['recreations'], ['bob', 'cid']])
  })

  it.each([
    ['disabled', { employeeStatus: 'left' }, { employeeStatus: 'active' }, 'suspended'],
    ['disabled', { employeeStatus: 'left' }, { employeeStatus: 'active' }, 'not yet suspended'],
    ['out of scope', { description: 'out' }, { description: 'in' }, 'suspended'],
    ['out of scope', { description: 'out' }, { description: 'in' }, 'not yet suspended'],
  ])('comes back only on approval when the entry was %s before: %j, %j, %s', async (_what, out, back, when) => {
    await open('ask', { locations: [scope] })
    if (when === 'not yet suspended') await erase('ada')
    await change('ada', out)
    await world.step()
    if (when === 'suspended') await erase('ada')
    await world.fullStep()

    await change('ada', back)
    await world.step()

    expect([(await heldNow()).map(([category]) => category), await uids()]).toEqual([['recreations'], ['bob', 'cid']])
    expect([await creations(), await world.ledger.pending(), await world.problems('user')]).toEqual([0, [], []])
  })

  it('is forgotten where the user of a leaver is to be deleted', async () => {
    await open('ask', { remove: { deleted: 'delete' } })
    await erase('ada')
    await world.fullStep()

    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()

    expect([await heldNow(), await world.ledger.pending(), await world.ledger.count('user')]).toEqual([[], [], 2])
  })

  it('with provisionDisabled: a suspended one is asked about too', async () => {
    await open('ask', { provisionDisabled: true })
    await change('ada', { employeeStatus: 'left' })
    await world.step()
    await erase('ada')

    await world.fullStep()

    expect([(await heldNow()).map(([category]) => category), await uids()]).toEqual([['recreations'], ['bob', 'cid']])
  })

  it('a leaver whom Zendesk has no more has simply left', async () => {
    await open()
    await erase('ada', 'bob')

    for (const uid of ['ada', 'bob']) await deleteEntry(world.slapd, personDn(uid))
    await world.step()

    expect([await heldNow(), await world.problems('user'), await world.ledger.pending()]).toEqual([[], [], []])
    expect(await world.queue('users.remove').getFailed()).toEqual([])
  })
})

describe('users merged into others in Zendesk', () => {
  it.each([['ask'], ['leave']] as const)('%s: are reported as before, and not taken for erased', async (policy) => {
    await open(policy)
    const { user: other } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Somebody', email: 'somebody@elsewhere.test' },
    })
    await world.zendesk.call('PUT', `/api/v2/users/${(await user('cid'))!.id}/merge`, { user: { id: other.id } })

    await world.fullStep()
    await world.fullStep()

    expect(await heldNow()).toEqual([])
    expect(await world.problems('user')).toMatchObject([
      { code: 'EMAIL_TAKEN', what: expect.stringContaining(`Zendesk user ${other.id}`) },
    ])
  })

  it('are linked to them when they have the address as the first one', async () => {
    await open()
    const cid = (await user('cid'))!
    const { user: other } = await world.zendesk.call<{ user: { id: number } }>('POST', '/api/v2/users', {
      user: { name: 'Somebody', email: 'somebody@elsewhere.test' },
    })
    await world.zendesk.call('PUT', `/api/v2/users/${cid.id}/merge`, { user: { id: other.id } })
    const path = `/api/v2/users/${other.id}/identities`
    const { identities } = await world.zendesk.call<{ identities: { id: number; value: string }[] }>('GET', path)
    const { id } = identities.find(({ value }) => value === 'cid@example.org')!
    await world.zendesk.call('PUT', `${path}/${id}/make_primary`)

    await world.fullStep()

    expect([await heldNow(), await creations()]).toEqual([[], 0])
    expect(await user('cid')).toMatchObject({ id: other.id, name: 'cid', external_id: cid.external_id })
  })
})

it('a deletion schedule that takes hundreds: one line, and of them only the approved one comes back', async () => {
  const people = Array.from({ length: 300 }, (_one, i) => ({ uid: `user${String(i).padStart(3, '0')}` }))
  world = await openWorld({ ldif: directoryOf(people) })
  await world.step()
  const ids = (await world.zendesk.users()).map(({ id }) => id)
  for (const id of ids.slice(0, 299)) await world.zendesk.call('DELETE', `/api/v2/users/${id}`)

  await world.fullStep()
  const lines = await world.problems('connection')
  const approved = await runCli(world, ['approve', 'staff', '--matching', 'user007@'])
  await world.step()

  expect(lines.map(({ what }) => what)).toEqual(['299 users who were deleted in Zendesk wait for approval'])
  expect(approved.stdout).toContain('1 held change approved')
  expect(await uids()).toEqual(['user007', 'user299'])
  expect(await heldNow()).toHaveLength(298)
})
