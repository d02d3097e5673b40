import { describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

it.each([
  ['alone', false],
  ['in a batch', true],
])(
  'a user who is created suspended, and the answer is lost (%s), is ours: restored once the directory says so',
  async (_how, bulkImport) => {
    await using world = await openWorld({
      ldif: directoryOf(['eva', 'finn'].map((uid) => ({ uid, employeeStatus: 'left' }))),
      config: { users: { provisionDisabled: true } },
      sandbox: { bulkImport, clock: 100 },
    })
    const suspended = async () => (await world.zendesk.users()).map((user) => user.suspended)
    await world.fault({ method: 'POST', path: bulkImport ? '/create_many$' : '/users$', kind: 'reset-after', times: 2 })
    await world.step()
    const before = await suspended()

    for (const uid of ['eva', 'finn'])
      await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: [] } })
    await world.step()

    expect(before).toEqual([true, true])
    expect(await suspended()).toEqual([false, false])
    expect(await world.problems('user')).toEqual([])
  },
)

describe('creations of one batch whose answer is lost', () => {
  const people = Array.from({ length: 40 }, (_one, i) => `user${String(i).padStart(2, '0')}`)
  const emails = people.map((uid) => `${uid}@example.org`)

  it('are looked up together, by their external ids', async () => {
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      sandbox: { bulkImport: true, clock: 400 },
    })
    await world.fault({ method: 'POST', path: '/create_many$', kind: 'reset-before', times: 1 })
    await world.step()

    const requests = await world.zendesk.requests()
    const after = requests.slice(requests.findIndex((one) => one.path.endsWith('/create_many')) + 1)
    const lookUps = after.filter(({ method, path }) => method === 'GET' && path.startsWith('/api/v2/users/'))
    // when the lost batch is settled, and when it is sent again
    expect(lookUps.map(({ path }) => path)).toEqual(['/api/v2/users/show_many', '/api/v2/users/show_many'])
    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(emails)
  })

  it('go out although looking them up one by one takes longer than their leases were good for', async () => {
    await using world = await openWorld({
      ldif: directoryOf(people.map((uid) => ({ uid }))),
      config: { users: { externalId: 'none' } },
      sandbox: { bulkImport: true, clock: 400, answerDelayMs: 300 },
    })
    await world.fault({ method: 'POST', path: '/create_many$', kind: 'reset-before', times: 1 })
    await world.step()

    const sent = (await world.zendesk.requests({ method: 'POST', path: /create_many$/ })).map(({ status }) => status)
    expect(sent).toEqual([0, 200])
    expect((await world.zendesk.users()).map(({ email }) => email)).toEqual(emails)
  })
})
