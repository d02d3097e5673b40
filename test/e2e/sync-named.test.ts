import { describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const uids = ['ada', 'bob', 'cid']
const ldif = directoryOf(
  uids.map((uid) => ({ uid })),
  { agents: uids, 'zd-sales': ['bob', 'cid'] },
)

describe.concurrent('provisioner sync of one', () => {
  it('user shows what differs, each request with its answer, and what became of it, memberships included', async () => {
    await using world = await openWorld({
      ldif,
      config: { users: { map: { user_fields: { desk: { from: 'roomNumber', masked: true } } } } },
      sandbox: { before: { userFields: [{ id: 1, key: 'desk', title: 'Desk', type: 'text' }] } },
    })
    await world.step()
    const { id } = (await world.zendesk.user('ada@example.org'))!
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { user_fields: { desk: 'by-hand-desk' } } })
    const replace = { telephoneNumber: '+15550100', roomNumber: 'secret-desk' }
    await modifyEntry(world.slapd, personDn('ada'), { replace })
    await modifyEntry(world.slapd, groupDn('zd-sales'), { add: { member: personDn('ada') } })

    const { code, stdout } = await runCli(world, ['sync', '--user', 'ada@example.org'])

    expect(stdout).toMatch(/^Connection 'staff': ada@example\.org \(uid=ada,/)
    expect(stdout).toMatch(/ {2}update user {2}ada@example\.org\n(.*\n)? {4}phone: null -> "\+15550100"/)
    expect(stdout).toMatch(/ {4}user_fields\.desk: "\*\*\*" -> "\*\*\*"/)
    expect(stdout).toMatch(/-> PUT \/api\/v2\/users\/\d+\n +\{.*"phone":"\+15550100".*\n {4}<- 200 after \d+ ms\n/)
    expect(stdout).toMatch(
      / {2}add member {2}ada@example\.org in zd-sales\n(.*\n)*? {4}-> POST \/api\/v2\/group_memberships/,
    )
    expect(stdout).not.toMatch(/(secret|by-hand)-desk/)
    expect(code).toBe(0)
    expect((await world.zendesk.user('ada@example.org'))?.phone).toBe('+15550100')
    expect(await world.zendesk.members('zd-sales')).toContain('ada@example.org')
    // what was asked and answered is not kept
    expect(await world.redis.keys('*:trace*')).toEqual([])
  })

  it('user goes out before hundreds that wait', async () => {
    const crowd = Array.from({ length: 300 }, (_one, i) => ({ uid: `user${i}` }))
    await using world = await openWorld({ ldif: directoryOf([...crowd, { uid: 'zoe' }]), sandbox: { clock: 4 } })

    const { code, stdout } = await runCli(world, ['sync', '--user', 'uid=zoe,ou=people,dc=example,dc=org', '--json'])

    const { steps, left, verdict } = JSON.parse(stdout) as { steps: { step: string }[]; left: []; verdict: string }
    expect([code, left, steps.map(({ step }) => step)]).toEqual([0, [], ['opened', 'request', 'ended']])
    expect(verdict).toContain('zoe')
    expect((await world.zendesk.users()).length).toBeLessThan(200)
    await world.settled()
    expect(await world.zendesk.users()).toHaveLength(301)
  })

  it('shows Zendesk’s refusal, and ends with 1', async () => {
    await using world = await openWorld({ ldif })
    await world.step()
    await world.fault({ method: 'PUT', path: '/users/', kind: '422', times: 100 })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+15550100' } })

    const { code, stdout } = await runCli(world, ['sync', '--user', 'ada'])

    expect([code, stdout]).toEqual([1, expect.stringMatching(/<- 422 after \d+ ms\n(.*\n)* {4}(rejected|retry): /)])
  })

  it('says that there is nothing to write, and asks Zendesk for nothing', async () => {
    await using world = await openWorld({ ldif })
    await world.step()

    const { code, stdout } = await runCli(world, ['sync', '--user', 'bob'])

    expect([code, stdout]).toEqual([0, expect.stringMatching(/There was nothing to write\.\n.*in step/i)])
  })

  it('group is one that the directory has just got', async () => {
    await using world = await openWorld({ ldif })
    await world.step()
    await addEntry(world.slapd, groupDn('zd-new'), {
      objectClass: 'groupOfNames',
      cn: 'zd-new',
      member: personDn('ada'),
    })

    const { code, stdout } = await runCli(world, ['sync', '--group', 'zd-new'])

    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/create group {2}zd-new\n(.*\n)* {4}-> POST \/api\/v2\/groups/),
    ])
  })

  it('takes a user for no group, and one of the two', async () => {
    await using world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]) })
    await world.step()

    const group = await runCli(world, ['sync', '--group', 'ada'])
    const nobody = await runCli(world, ['sync', '--user', 'nobody'])
    const both = await runCli(world, ['sync', '--user', 'ada', '--group', 'ada'])

    expect([group.code, group.stdout]).toEqual([1, expect.stringMatching(/'ada' is a user, .*sync --user/)])
    expect([nobody.code, nobody.stdout]).toEqual([1, expect.stringContaining('known as')])
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("cannot be used with option '--group")])
  })
})
