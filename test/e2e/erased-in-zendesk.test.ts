import { afterEach, describe, expect, it } from 'vitest'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { runCli } from '../fixtures/cli.ts'
import { erasing, openWorldOfThree } from '../fixtures/erasing.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { STAFF } from '../fixtures/staff.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())
const { user, uids, heldNow, change, erase, creations } = erasing(() => world)
const today = () => new Date().toISOString().slice(0, 10)

/** The next cycle takes what is known by now for old. */
async function noticedLongAgo(): Promise<void> {
  const late = { ...(await world.ledger.lastCycle())!, startedAt: Date.now() + 120_000 }
  await world.redis.hset(connectionKeys(STAFF).state, 'lastCycle', JSON.stringify(late))
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
    world = await openWorldOfThree()
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
    world = await openWorldOfThree({ goneInZendesk: 'leave' })
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
      world = await openWorldOfThree({ goneInZendesk: 'recreate' })
      await erase('ada')

      await notice()
      await world.step()
      await world.step()

      expect([await uids(), await creations()]).toEqual([['ada', 'bob', 'cid'], 1])
      expect(await world.zendesk.members('zd-first')).toEqual(['ada@example.org', 'bob@example.org'])
    },
  )

  it.each(['ask', 'leave'] as const)('%s: is linked when Zendesk has one of that address again', async (policy) => {
    world = await openWorldOfThree({ goneInZendesk: policy })
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
    world = await openWorldOfThree()
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
    world = await openWorldOfThree()
    await erase('ada', 'bob')
    await world.fullStep()
    await noticedLongAgo()
    await world.zendesk.forgetRequests()

    await world.step()

    expect(await world.zendesk.requests({ path: /\/users/ })).toEqual([])
    expect(await heldNow()).toHaveLength(2)
  })

  it('asks again when it is erased once more', async () => {
    world = await openWorldOfThree()
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
})

it('a worker killed while it looks for the user leaves that to the next one, and creates nobody', async () => {
  world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]), workers: 0 })
  await killWhileItWaits(world, 'timeout-before', ['GET /users/show_many'], async () => {
    await erase('ada')
    await change('ada', { telephoneNumber: '7' })
  })
  await world.zendesk.forgetRequests()

  await world.addWorker()
  await world.settled()
  await world.step()

  expect([(await heldNow()).map(([category]) => category), await uids(), await creations()]).toEqual([
    ['recreations'],
    ['bob'],
    0,
  ])
  expect([await world.ledger.pending(), await world.problems('user')]).toEqual([[], []])
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
