import { describe, expect, it } from 'vitest'
import { planRemoval } from './plan-removal.ts'
import { applied, policyWith, record } from './plan-user.fixture.ts'

const policy = policyWith()

describe('planRemoval', () => {
  const leaver = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada', cause: 'deleted' } as const

  it.each([
    ['suspend', 'suspend user'],
    ['delete', 'delete user'],
    ['ignore', undefined],
  ] as const)('%s', (action, operation) => {
    const plan = planRemoval(
      { ...leaver, applied: applied(), record: record() },
      { ...policy, remove: { ...policy.remove, deleted: action } },
    )

    expect(plan.change?.operation).toBe(operation)
  })

  it('suspends once more, and counts nobody, whose suspension is unconfirmed while nothing waits', () => {
    const suspended = { ...leaver, applied: applied({}, 'suspended') }
    const desired = { presence: 'suspended', attributes: {}, createOnly: [], tagsMode: 'merge' } as const
    const unconfirmed = record({ applied: suspended.applied, desired, unconfirmed: ['suspended'] })

    const plan = planRemoval({ ...suspended, record: unconfirmed }, policy)

    expect(plan.change).toMatchObject({ operation: 'suspend user', changed: ['suspended'] })
    expect(plan.change?.removal).toBeUndefined()
    expect(planRemoval({ ...suspended, record: { ...unconfirmed, revision: 8 } }, policy).change).toBeUndefined()
    expect(
      planRemoval({ ...suspended, record: { ...unconfirmed, unconfirmed: ['phone'] } }, policy).change,
    ).toBeUndefined()
  })

  it('takes a creation back that was never written, without counting it', () => {
    const never = { ...leaver, applied: null, record: record({ applied: null }) }
    const plan = planRemoval(never, policy)
    const deleting = planRemoval(never, { ...policy, remove: { ...policy.remove, [leaver.cause]: 'delete' } })

    expect(plan.change).toMatchObject({ operation: 'suspend user', desired: { presence: 'suspended' } })
    expect(deleting.change).toMatchObject({ operation: 'delete user', desired: { presence: 'deleted' } })
    expect(plan.change?.removal).toBeUndefined()
  })

  it.each([
    ['asks for each whom a full cycle found in Zendesk alone', { origin: 'adopted', appliedRevision: 0 }, true],
    ['and again when somebody took back that they left', { origin: 'adopted', appliedRevision: 7 }, true],
    ['not for whom a worker told that it made them', { origin: 'created', appliedRevision: 0 }, false],
  ] as const)('of whom nobody knows an entry, %s', (_what, known, asks) => {
    const forgotten = record({ ...known, dn: '', revision: known.appliedRevision })

    const { change } = planRemoval({ ...leaver, dn: '', applied: forgotten.applied, record: forgotten }, policy)

    expect(change).toMatchObject({ operation: 'suspend user', removal: { category: 'users', cause: 'deleted' } })
    expect(change?.consent).toEqual(asks ? { category: 'users', cause: 'no entry has this external id' } : undefined)
  })

  it('suspends although a restore waits to be written', () => {
    const restoring = record({
      applied: applied({}, 'suspended'),
      suspendedByUs: true,
      revision: 2,
      desired: { presence: 'active', attributes: {}, createOnly: [], tagsMode: 'merge' },
    })

    const plan = planRemoval({ ...leaver, applied: restoring.applied, record: restoring }, policy)

    expect(plan.change?.operation).toBe('suspend user')
  })

  describe('with agents: downgrade', () => {
    const freeing = policyWith({ agents: { disabled: 'suspend', deleted: 'downgrade', outOfScope: 'suspend' } })
    const agent = { role: 'agent', custom_role_id: 71 }
    const plan = (about: object) =>
      planRemoval({ ...leaver, applied: applied(agent), record: record(), ...about }, freeing)

    it('takes an agent’s role with the access, and counts one', () => {
      const { change } = plan({})

      expect(change).toMatchObject({ operation: 'suspend user', changed: ['custom_role_id', 'role', 'suspended'] })
      expect(change?.desired).toMatchObject({ attributes: { role: 'end-user', custom_role_id: null } })
      expect(change?.removal).toMatchObject({ category: 'users', cause: 'deleted' })
    })

    it.each([
      ['of another cause', { cause: 'disabled' }, ['suspended']],
      ['who is an end user', { applied: applied({ role: 'end-user' }) }, ['suspended']],
    ])('takes nothing but the access of somebody %s', (_who, about, changed) => {
      expect(plan(about).change?.changed).toEqual(changed)
    })

    it('takes the seat of whom we have suspended, and not of whom somebody else has', () => {
      const suspended = applied(agent, 'suspended')
      const before = record({ applied: suspended, desired: { ...suspended, createOnly: [], tagsMode: 'merge' } })

      const ours = plan({ applied: suspended, record: { ...before, suspendedByUs: true } })
      const theirs = plan({ applied: suspended, record: before })

      expect(ours.change).toMatchObject({ operation: 'suspend user', removal: { category: 'users' } })
      expect(theirs.change).toBeUndefined()
    })

    it('plans anew a suspension that waits and leaves the seat, and none that takes it', () => {
      const waiting = { presence: 'suspended', createOnly: [], tagsMode: 'merge' } as const
      const of = (attributes: object) =>
        plan({ record: record({ revision: 9, desired: { ...waiting, attributes } as never }) })

      expect(of(agent).change?.changed).toContain('role')
      expect(of({ role: 'end-user', custom_role_id: null }).change).toBeUndefined()
    })
  })
})
