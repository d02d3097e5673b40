import { expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const people = Array.from({ length: 4 }, (_one, i) => ({ uid: `user${i}` }))

it.concurrent.each([
  ['500', true],
  ['reset-before', true],
  ['500', false],
  ['html-200', false],
] as const)(
  'a look-up that fails (%s) after a write is made again, and only for whom it was: nobody waits for ever (in bulk: %s)',
  async (kind, bulkImport) => {
    await using world = await openWorld({
      ldif: directoryOf(people, { agents: people.map(({ uid }) => uid), 'zd-a': people.map(({ uid }) => uid) }),
      sandbox: { bulkImport, clock: 100, limits: 'off' },
      workers: 0,
    })
    await world.cycle()
    await world.zendesk.call('POST', '/api/v2/users', { user: { name: 'User', email: 'user0@example.org' } })
    await world.fault({ method: 'POST', path: '/create_many$', kind: 'results-null', times: 2 })
    await world.fault({ method: 'GET', path: '/users/(show_many|search)$', kind, times: 3 })
    if (bulkImport) await world.fault({ method: 'GET', path: '/users/\\d+/group_memberships$', kind, times: 2 })

    await world.addWorker()
    await world.settled()
    await world.step()

    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(
      people.map(({ uid }) => `${uid}@example.org`),
    )
    expect(await world.zendesk.members('zd-a')).toHaveLength(people.length)
    expect(await world.problems('user')).toEqual([])
    const looked = (await world.zendesk.requests({ method: 'GET', path: /search$/ })).map(({ query }) => query['query'])
    expect(new Set(looked)).toEqual(new Set(['email:"user0@example.org"']))
  },
)
