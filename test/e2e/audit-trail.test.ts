import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SECRET = 'K-4711-very-private'

/** The audit's lines without what differs from run to run. */
const trail = () =>
  world.logs
    .filter((line) => line['audit'] === true)
    .map(({ operation, what, changed, outcome, connection }) => ({ operation, what, changed, outcome, connection }))

describe('the audit trail', () => {
  it('has one line for each applied change: who, what, names of attributes, job, Zendesk id, outcome', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', roomNumber: SECRET }], { agents: ['ada'], 'zd-help': ['ada'] }),
      config: { users: { map: { user_fields: { desk: { from: 'roomNumber', masked: true } } } } },
      sandbox: { before: { userFields: [{ id: 1, key: 'desk', title: 'Desk', type: 'text' }] } },
    })
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    const first = world.logs.filter((line) => line['audit'] === true)

    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '7', roomNumber: `${SECRET}-2` } })
    await modifyEntry(world.slapd, groupDn('zd-help'), { replace: { member: 'cn=nobody' } })
    await world.step()
    await world.step()
    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()
    await world.step()

    expect(first.find((line) => line['operation'] === 'create user')).toMatchObject({
      what: 'ada@example.org',
      changed: ['email', 'external_id', 'name', 'role', 'user_fields'],
      zendeskId: id,
      outcome: 'applied',
      jobId: expect.stringMatching(/^staff\.user\..+\.\d+$/),
      connection: 'staff',
    })
    const about = { connection: 'staff', what: 'ada@example.org', outcome: 'applied' }
    expect(trail().slice(first.length)).toEqual(
      expect.arrayContaining([
        { ...about, operation: 'update user', changed: ['phone', 'user_fields.desk'] },
        { ...about, operation: 'suspend user', changed: ['suspended'] },
      ]),
    )
    expect(trail().filter((line) => line.operation === 'suspend user')).toHaveLength(1)
    expect(JSON.stringify(world.logs)).not.toContain(SECRET)
    expect(
      JSON.stringify(await Promise.all((await world.queue('users.create').getJobs()).map((job) => job.data))),
    ).not.toContain(SECRET)
  })

  it('hides masked values in what Zendesk says of them', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: 'invalid' }]),
      config: { users: { map: { phone: { from: 'telephoneNumber', masked: true } } } },
    })
    await world.fault({ method: 'POST', path: '/users$', kind: '422', times: 'always' })
    await world.step()

    const [failed] = await world.queue('users.create').getFailed()
    const shown = [failed?.failedReason, await world.problems('user'), world.logs].map((one) => JSON.stringify(one))
    for (const text of shown) {
      expect(text).toContain('Phone: is ***')
      expect(text).not.toContain('Phone: is invalid')
    }
  })

  it('sums every cycle up, and has every problem until it is solved, logged once', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada', mail: null }, { uid: 'bob' }]) })
    await world.step()
    await world.step()
    const during = await world.problems('user')
    await modifyEntry(world.slapd, personDn('ada'), { add: { mail: 'ada@example.org' } })
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid' }))
    await world.step()

    const summaries = world.logs.filter((line) => line['msg'] === 'Cycle ended')
    expect(summaries).toMatchObject([
      { users: 2, released: { 'create user': 1 }, problems: 1 },
      { users: 2, released: {}, problems: 1 },
      { users: 3, released: { 'create user': 2 }, problems: 0 },
    ])
    expect(during).toMatchObject([{ code: 'EMAIL_MISSING', dn: personDn('ada'), attribute: 'email' }])
    expect(world.logs.filter((line) => line['msg'] === 'New problem')).toHaveLength(1)
    expect(await world.problems('user')).toEqual([])
  })
})
