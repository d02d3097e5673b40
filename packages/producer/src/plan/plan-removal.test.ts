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
})
