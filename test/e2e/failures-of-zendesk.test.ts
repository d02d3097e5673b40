import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const phone = async () => (await world.zendesk.user('ada@example.org'))?.phone

describe('Zendesk answers', () => {
  it.each([
    ['429 with Retry-After', '429'],
    ['503 with Retry-After', '503'],
    ['500', '500'],
    ['with a reset before the write', 'reset-before'],
    ['with a reset after the write', 'reset-after'],
  ])('%s to an update: it is written once it can be, and counts as no failure', async (_what, kind) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()

    await world.fault({ method: 'PUT', path: '/api/v2/users/\\d+', kind, times: 1 })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await world.step()

    expect(await phone()).toBe('2')
    expect(await world.queue('users.update').getFailedCount()).toBe(0)
  })

  it('a rate limit, and no attempt is spent on it', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()

    await world.fault({ method: 'PUT', path: '/api/v2/users/\\d+', kind: '429', times: 1 })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2' } })
    await world.step()

    const [job] = await world.queue('users.update').getCompleted()
    expect(job!.attemptsMade).toBe(1)
  })

  it.each([
    ['users', 'POST', '/api/v2/users$'],
    ['groups', 'POST', '/api/v2/groups$'],
    ['memberships', 'POST', '/api/v2/group_memberships'],
  ])('with a reset after the creation of %s: nothing is created twice', async (_what, method, path) => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }], { agents: ['ada', 'bob'], 'zd-sales': ['ada', 'bob'] }),
    })
    await world.fault({ method, path, kind: 'reset-after', times: 2 })

    await world.step()
    await world.step()

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(['ada@example.org', 'bob@example.org'])
    expect((await world.zendesk.groups()).map((group) => group.name).sort()).toEqual(['Support', 'zd-sales'])
    expect(await world.zendesk.members('zd-sales')).toEqual(['ada@example.org', 'bob@example.org'])
  })

  it('422: the job fails at once, with words that an admin understands, and waits for the directory', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', telephoneNumber: '1' }]) })
    await world.step()
    await world.fault({ method: 'PUT', path: '/api/v2/users/\\d+', kind: '422', times: 1 })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: 'bad' } })
    await world.step()
    await world.step()
    const [failed] = await world.queue('users.update').getFailed()
    const problems = await world.problems('user')

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '3' } })
    await world.step()

    expect(failed).toMatchObject({
      attemptsMade: 1,
      failedReason: expect.stringMatching(/refuses 'ada@example.org'.*Phone.*Correct the value/s),
    })
    expect(problems).toMatchObject([{ code: 'VALUE_MALFORMED', dn: personDn('ada') }])
    expect(await phone()).toBe('3')
    expect(await world.problems('user')).toEqual([])
  })

  it('422 for an address that another entry’s user has, naming both', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()
    const ada = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('POST', `/api/v2/users/${ada.id}/identities`, {
      identity: { type: 'email', value: 'countess@example.org', verified: true },
    })

    await addEntry(world.slapd, personDn('countess'), person({ uid: 'countess' }))
    await world.step()

    expect(await world.zendesk.users()).toHaveLength(1)
    expect(await world.problems('user')).toMatchObject([
      { code: 'EMAIL_SECONDARY', what: expect.stringContaining(`secondary address of Zendesk user ${ada.id}`) },
    ])
  })

  it('401: every job waits, no attempt is spent, and all goes on when the credentials are right again', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]), workers: 0 })
    await world.cycle()
    await world.fault({ method: 'POST', path: '/api/v2/users', kind: '401', times: 4 })

    await world.addWorker()
    await world.settled()

    expect(await world.zendesk.users()).toHaveLength(2)
    expect((await world.queue('users.create').getCompleted()).map((job) => job.attemptsMade)).toEqual([1, 1])
  })

  it('401 to the plan’s reads: nothing is planned, and the log says so once', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.fault({ method: 'GET', path: '/api/v2/', kind: '401', times: 4 })

    await expect(world.cycle()).rejects.toThrow()
    await expect(world.cycle()).rejects.toThrow()
    await world.step()

    expect(
      world.logs.filter((line) => line.msg === 'Cycle failed; only what needs nothing from Zendesk was released'),
    ).toHaveLength(1)
    expect(await world.zendesk.users()).toHaveLength(1)
  })
})
