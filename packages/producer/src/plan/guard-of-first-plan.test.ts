import { describe, expect, it } from 'vitest'
import type { Change, EntityPlan } from './change.ts'
import { heldBy, planOf, runGuard, suspension, userChange } from './guard.fixture.ts'
import type { Guarded, GuardInput } from './guard.ts'

const creation = (id: string) => userChange(id, { role: 'end-user' }, { operation: 'create user' })
const groupCreation: Change = {
  ...creation('g1'),
  kind: 'group',
  operation: 'create group',
  desired: { presence: 'active', name: 'sales' },
}
const member = (userId: string, operation: 'add member' | 'remove member' = 'add member'): Change => ({
  kind: 'membership',
  id: `g1~${userId}`,
  dn: 'cn=g1',
  label: `${userId} in g1`,
  operation,
  desired: { presence: operation === 'add member' ? 'active' : 'deleted' },
  changed: [],
  cleared: [],
  ...(operation === 'remove member' && { removal: { category: 'memberships', cause: 'gone' } }),
})
const linkOf = (kind: 'user' | 'group', id: string): NonNullable<EntityPlan['link']> => ({
  kind,
  id,
  dn: `uid=${id}`,
  label: id,
  zendeskId: 7,
  applied: null,
  suspendedByUs: false,
  inSync: null,
})
const found: EntityPlan = { link: linkOf('user', 'u3'), change: userChange('u3', { name: 'New' }), problems: [] }
const plans = [creation('u0'), creation('u1'), suspension('u2'), found, groupCreation, member('u0'), member('u1')]

/** The guard's answer on the first plan after decisions on the parts with these keys. */
function decideOn(decisions: Readonly<Record<string, 'approved' | 'rejected'>>, more: Partial<GuardInput> = {}) {
  const { held } = runGuard(plans, { holdsAll: true })
  const made = Object.entries(decisions).map(([key, decision]) => {
    const { print } = held.find((change) => change.key === key)!
    return [key, { decision, print, by: 'ada', at: 1 }] as const
  })
  return runGuard(plans, { holdsAll: true, decisions: new Map(made), ...more })
}
const passing = ({ released, links }: Pick<Guarded, 'released' | 'links'>) => [
  ...links.map(({ id }) => `link ${id}`),
  ...released.map(({ operation, id }) => `${operation} ${id}`),
]

describe('the guard of a first plan that waits', () => {
  it('holds everything, a part for each decision that there is to make', () => {
    const first = runGuard(plans, { holdsAll: true })

    expect(passing(first)).toEqual([])
    expect(first.held.map(({ key, category }) => `${category}: ${key}`)).toEqual([
      'creations: user|u0',
      'creations: user|u1',
      'users: user|u2',
      'changes: user|u3|link',
      'changes: group|g1',
      'changes: membership|g1~u0',
      'changes: membership|g1~u1',
    ])
    expect(passing(first.ifApproved!)).toHaveLength(8)
  })

  it('lets pass what was approved by name, and no member whose group or user is not let in', () => {
    const user = decideOn({ 'user|u0': 'approved', 'membership|g1~u0': 'approved', 'user|u3|link': 'approved' })
    const both = decideOn({ 'user|u0': 'approved', 'membership|g1~u0': 'approved', 'group|g1': 'approved' })
    const members = decideOn({ 'membership|g1~u1': 'approved', 'group|g1': 'approved' })

    expect(passing(user)).toEqual(['link u3', 'create user u0', 'update user u3'])
    expect(passing(both)).toEqual(['create user u0', 'create group g1', 'add member g1~u0'])
    expect(passing(members)).toEqual(['create group g1'])
    expect([...user.decided.keys()]).toEqual(['user|u0', 'user|u3|link', 'membership|g1~u0'])
  })

  it('keeps what was rejected when all the others are approved', () => {
    const decisions = { 'user|u1': 'rejected', 'user|u3|link': 'rejected' } as const
    const approved = decideOn(decisions, { holdsAll: false })

    expect(heldBy(approved)).toEqual({ creations: 1, changes: 1 })
    expect(passing(approved)).toEqual(passing(decideOn(decisions).ifApproved!))
    expect(passing(approved)).toEqual(['create user u0', 'suspend user u2', 'create group g1', 'add member g1~u0'])
  })

  it('removes nobody from a group that is not linked', () => {
    const group: EntityPlan = { link: linkOf('group', 'g1'), problems: [] }
    const { held } = runGuard([group], { holdsAll: true })
    const decisions = new Map(held.map(({ key, print }) => [key, { decision: 'rejected', print, by: 'ada', at: 1 }]))

    const rejected = runGuard([group, member('u9', 'remove member')], { decisions: decisions as never })

    expect(passing(rejected)).toEqual([])
    expect(passing(runGuard([group, member('u9', 'remove member')]))).toEqual(['link g1', 'remove member g1~u9'])
  })

  it('asks again about who was approved as an end user, and is created as an admin', () => {
    const approved = new Map(
      runGuard([creation('u0')], { holdsAll: true }).held.map(({ key, print }) => [
        key,
        { decision: 'approved' as const, print, by: 'ada', at: 1 },
      ]),
    )
    const asAdmin = planOf(userChange('u0', { role: 'admin' }, { operation: 'create user' }))

    expect(heldBy(runGuard([asAdmin], { holdsAll: true, decisions: approved }))).toEqual({ promotions: 1 })
    expect(passing(runGuard([creation('u0')], { holdsAll: true, decisions: approved }))).toEqual(['create user u0'])
  })

  it('decides on an update by its attributes, and on no other value of them', () => {
    const named = (name: string) => [planOf(userChange('u0', { name, phone: '2' }))]
    const applied = { name: 'Old', phone: '1' }
    const { held } = runGuard(named('Ada'), { holdsAll: true, applied })
    const decisions = new Map(
      held.map(({ key, print }) => [key, { decision: 'approved' as const, print, by: 'ada', at: 1 }]),
    )

    expect(held.map(({ category }) => category)).toEqual(['updates:name', 'updates:phone'])
    expect(runGuard(named('Eve'), { holdsAll: true, applied, decisions }).released).toMatchObject([
      { changed: ['phone'], desired: { attributes: { name: 'Old', phone: '2' } } },
    ])
  })
})
