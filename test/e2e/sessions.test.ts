import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { killWhileItWaits } from '../fixtures/kill-while-it-waits.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SIGN_OUT = '/api/v2/users/logout_many'
const AGENTS = ['ada', 'bob', 'cid', 'dan']
const EVERYBODY = [...AGENTS, 'eve']

/** Four agents and Eve, an end user, each with a browser open. */
async function openSignedIn(options: Partial<WorldOptions> = {}): Promise<void> {
  const ldif = directoryOf(
    EVERYBODY.map((uid) => ({ uid })),
    { agents: AGENTS },
  )
  world = await openWorld({ ldif, ...options })
}

async function signIn(): Promise<void> {
  for (const { id } of await world.zendesk.users())
    await world.zendesk.call('POST', '/sandbox/sign-in', { user_id: id })
}

/** Who has a session in Zendesk. */
async function signedIn(): Promise<string[]> {
  const users = await world.zendesk.users()
  const counts = await Promise.all(
    users.map(({ id }) => world.zendesk.call<{ count: number }>('GET', `/api/v2/users/${id}/sessions`)),
  )
  return users.filter((_user, i) => counts[i]!.count > 0).map(({ email }) => email!.split('@')[0]!)
}

const disable = (uid: string) => modifyEntry(world.slapd, personDn(uid), { add: { employeeStatus: 'left' } })
const signOuts = () => world.zendesk.requests({ method: 'POST', path: /logout_many/ })

describe('a team member who is suspended', () => {
  it('is signed out, one by one and together, by one request; an end user is left alone', async () => {
    await openSignedIn()
    await world.step()
    await signIn()

    await disable('ada')
    await world.step()
    const alone = await signedIn()
    for (const uid of ['bob', 'cid', 'eve']) await deleteEntry(world.slapd, personDn(uid))
    await world.step()
    await world.fullStep()

    expect(alone).toEqual(['bob', 'cid', 'dan', 'eve'])
    expect(await signedIn()).toEqual(['dan', 'eve'])
    expect((await world.zendesk.users()).filter(({ suspended }) => suspended)).toHaveLength(4)
    const ids = (await signOuts()).map(({ query }) => query['ids']!.split(',').length)
    expect(ids).toEqual([1, 2])
    expect(await world.problems('user')).toEqual([])
  })

  it('is signed out when Zendesk does not delete them for their open tickets', async () => {
    await openSignedIn({ config: { users: { remove: { deleted: 'delete' } } } })
    await world.step()
    await signIn()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('PUT', '/sandbox/open-tickets', { user_id: id, count: 1 })

    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()

    expect(await signedIn()).toEqual(['bob', 'cid', 'dan', 'eve'])
    expect((await world.problems('user')).map(({ code }) => code)).toEqual(['OPEN_TICKETS'])
  })

  it('is suspended though they can’t be signed out, which is told until they are back', async () => {
    await openSignedIn()
    await world.step()
    await signIn()
    await world.fault({ method: 'POST', path: SIGN_OUT, kind: '403', times: 1 })

    await disable('ada')
    await world.step()
    const told = await world.problems('user')
    const suspended = (await world.zendesk.user('ada@example.org'))!.suspended
    await modifyEntry(world.slapd, personDn('ada'), { delete: { employeeStatus: [] } })
    await world.step()

    expect(told).toMatchObject([{ code: 'SESSIONS_NOT_ENDED', what: expect.stringMatching(/ada.*not be signed out/) }])
    expect([suspended, (await world.zendesk.user('ada@example.org'))!.suspended]).toEqual([true, false])
    expect(await world.problems('user')).toEqual([])
  })

  it('is signed out though another one of the batch is missing in Zendesk', async () => {
    await openSignedIn()
    await world.step()
    await signIn()
    await world.fault({ method: 'POST', path: SIGN_OUT, kind: '404', times: 1 })

    for (const uid of ['ada', 'bob']) await deleteEntry(world.slapd, personDn(uid))
    await world.step()

    expect(await signedIn()).toEqual(['cid', 'dan', 'eve'])
    expect(await world.problems('user')).toEqual([])
  })

  it('is not signed out when something else is written of whom somebody suspended by hand', async () => {
    await openSignedIn()
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { suspended: true } })
    await world.fullStep()

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7' } })
    await world.step()

    expect(await world.zendesk.user('ada@example.org')).toMatchObject({ phone: '7', suspended: true })
    expect(await signOuts()).toEqual([])
  })

  it('keeps what is open with logoutOnRemove: false', async () => {
    await openSignedIn({ config: { users: { logoutOnRemove: false } } })
    await world.step()
    await signIn()

    await disable('ada')
    await world.step()

    expect(await signedIn()).toEqual(EVERYBODY)
    expect(await signOuts()).toEqual([])
  })

  it.each([
    ['before they are signed out', 'timeout-before'],
    ['after, and before the suspension is recorded', 'timeout-after'],
  ])('by a worker that is killed %s, is signed out by the next one', async (_when, kind) => {
    await openSignedIn({ workers: 0 })
    await killWhileItWaits(world, kind, [`POST ${SIGN_OUT}`], async () => {
      await signIn()
      await disable('ada')
    })

    await world.addWorker()
    await world.settled()

    expect(await signedIn()).toEqual(['bob', 'cid', 'dan', 'eve'])
    expect((await world.zendesk.user('ada@example.org'))!.suspended).toBe(true)
    expect(await world.problems('user')).toEqual([])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })
})
