import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(world, args)
const agents = ['ada', 'bob', 'cyd']

/** Four people, three of them agents in one group; dee is known to Zendesk by another name. */
async function openFirst(): Promise<void> {
  world = await openWorld({
    ldif: directoryOf(
      [...agents, 'dee'].map((uid) => ({ uid })),
      { agents, 'zd-sales': agents },
    ),
    config: { firstRun: 'approve' },
  })
  await world.zendesk.call('POST', '/api/v2/users', {
    user: { name: 'Old', email: 'dee@example.org', skip_verify_email: true },
  })
  await world.step()
}

/** Who is in Zendesk, and who of them in the group. */
async function inZendesk() {
  const users = await world.zendesk.users()
  return {
    users: users.map(({ email, name }) => (email === 'dee@example.org' ? `dee as ${name}` : name)).sort(),
    group: await world.zendesk.members('zd-sales').catch(() => 'no group'),
  }
}

describe('a first plan', () => {
  it('is approved and rejected in part, and goes on waiting with the rest', async () => {
    await openFirst()
    const waiting = (await world.problems('connection')).map(({ code, what }) => `${code}: ${what}`)

    const ada = await cli('approve', 'staff', '--matching', 'ada')
    const waits = await cli('plan', 'staff')
    const bob = await cli('reject', 'staff', '--matching', 'bob', '--reason', 'starts in March')
    await world.step()
    const first = await inZendesk()
    await cli('approve', 'staff', '--only', 'groups')
    await world.step()
    await world.fullStep()
    const second = await inZendesk()
    const held = await cli('held')

    expect(waiting).toEqual([
      'FIRST_PLAN_WAITS: The first plan waits for approval: 1 × link existing, 1 × create group, 1 × update user, 3 × create user, 3 × add member',
    ])
    expect(ada.stdout).toMatch(/1 creation of a user\n {4}create user {2}ada@example\.org {2}\(new; uid=ada/)
    expect(ada.stdout).toContain(
      '2 held changes approved; the producer carries 1 of them out now; 1 waits until group and',
    )
    expect(waits.stdout).toContain('1 approved by name waits until group and user are approved.')
    expect(bob.stdout).toContain('2 held changes rejected')
    expect(first).toEqual({ users: ['ada', 'dee as Old'], group: [] })
    expect(second).toEqual({ users: ['ada', 'dee as Old'], group: ['ada@example.org'] })
    expect(held.stdout).toContain('1 × link existing, 1 × update user, 1 × create user, 1 × add member.')
    expect(held.stdout).toMatch(/create user {2}bob@example\.org .* rejected by .*: starts in March/)

    const all = await cli('approve', 'staff', '--reason', 'looked at')
    await world.step()
    await world.fullStep()

    expect(all.stdout).toContain('the first plan is approved')
    expect(all.stdout).toContain('2 rejected stay rejected')
    expect(await inZendesk()).toEqual({
      users: ['ada', 'cyd', 'dee as dee'],
      group: ['ada@example.org', 'cyd@example.org'],
    })
    expect((await cli('status')).stdout).toMatch(/first plan +carried out, approved by .*: looked at/)

    await cli('approve', 'staff', '--include-rejected')
    await world.step()
    await world.step()

    expect(await inZendesk()).toEqual({
      users: ['ada', 'bob', 'cyd', 'dee as dee'],
      group: ['ada@example.org', 'bob@example.org', 'cyd@example.org'],
    })
  })

  it('is not rejected as a whole, for it goes nowhere before its approval, and its decisions are taken back by name', async () => {
    await openFirst()

    const whole = await cli('reject', 'staff')
    await cli('reject', 'staff', '--only', 'creations')
    const undecided = await cli('undecide', 'staff', '--matching', 'cyd')
    const nothing = await cli('approve', 'staff', '--only', 'promotions')
    await cli('approve', 'staff')
    await world.step()

    expect([whole.code, nothing.code]).toEqual([1, 1])
    expect(whole.stdout).toContain("nothing of it goes out before 'approve'")
    expect(undecided.stdout).toContain('1 held change undecided again')
    expect(nothing.stdout).toMatch(/nothing that is held matches --only promotions\. Held: .*3 creations of users/)
    expect(await inZendesk()).toEqual({ users: ['cyd', 'dee as dee'], group: ['cyd@example.org'] })
  })

  it('shows each takeover, and its approval covers those that were shown, but for the rejected ones', async () => {
    const admins = ['boss', 'chief', 'late']
    world = await openWorld({
      ldif: directoryOf(['boss', 'chief', 'ada'].map((uid) => ({ uid }))),
      config: { firstRun: 'approve' },
    })
    for (const name of admins)
      await world.zendesk.call('POST', '/api/v2/users', {
        user: { name: `Admin ${name}`, email: `${name}@example.org`, role: 'admin', skip_verify_email: true },
      })
    await world.step()
    const held = (await world.ledger.held()).map(({ category, label }) => `${category}: ${label}`)

    await cli('reject', 'staff', '--matching', 'chief')
    const approved = await cli('approve', 'staff')
    await addEntry(world.slapd, personDn('late'), person({ uid: 'late' }))
    await world.step()
    await world.fullStep()

    expect(held).toEqual(['adoptions: boss@example.org', 'adoptions: chief@example.org'])
    expect(approved.stdout).toMatch(
      /1 adoption of a team member\n {4}link user {2}boss@example\.org {2}\(admin, Zendesk user/,
    )
    expect(approved.stdout).toContain('the first plan is approved')
    expect((await world.zendesk.users()).map(({ name }) => name).sort()).toEqual([
      'Admin chief',
      'Admin late',
      'ada',
      'boss',
    ])
    expect((await world.ledger.heldAndDecided()).map(({ label, decision }) => [label, decision?.decision])).toEqual(
      expect.arrayContaining([
        ['chief@example.org', 'rejected'],
        ['late@example.org', undefined],
      ]),
    )
  })

  it('that has nothing in it is not approved, and what comes into it waits', async () => {
    const config = { firstRun: 'approve', directory: { type: 'openldap', id: 'employeeNumber' } }
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }]), config })
    await world.step()
    const empty = await cli('approve', 'staff')
    const status = await cli('status')

    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeNumber: '1' } })
    await world.step()
    const shown = await inZendesk()
    const approved = await cli('approve', 'staff')
    await world.step()

    expect([empty.code, approved.code]).toEqual([1, 0])
    expect(empty.stdout).toMatch(/nothing is approved\. The first plan is empty, .*provisioner problems staff/)
    expect(status.stdout).toContain('The first plan is empty')
    expect([shown.users, (await inZendesk()).users]).toEqual([[], ['ada']])
  })
})
