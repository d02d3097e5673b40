import { describe, expect, it } from 'vitest'
import type { AppliedUser } from '@provisioner/shared/ledger/record.ts'
import { planRemoval } from './plan-removal.ts'
import { policyWith, recordWith } from './plan-user.fixture.ts'

const applied: AppliedUser = { presence: 'active', attributes: { email: 'ada@acme.com', name: 'Ada' } }
const policy = policyWith({ remove: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'ignore' } })
/** A user whose suspension is released, and not written. */
const leaving = recordWith(applied, {
  desired: { ...applied, presence: 'suspended', createOnly: [], tagsMode: 'merge' },
  operation: 'suspend user',
  changed: ['suspended'],
  appliedRevision: 6,
})

describe('planRemoval', () => {
  it.each([
    ['waits', null, undefined],
    ['was refused', 'REFUSED', undefined],
    ['was refused as the last admin’s', 'LAST_ADMIN', 'suspend user'],
    ['was refused for open tickets', 'LEAVER_HAS_TICKETS', 'suspend user'],
  ])('of a suspension that %s', (_how, code, operation) => {
    const rejection = code === null ? null : { revision: 7, code, message: '', at: 0 }
    const record = { ...leaving, rejection }

    const plan = planRemoval(
      { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada@acme.com', cause: 'deleted', applied, record },
      policy,
    )

    expect(plan.change?.operation).toBe(operation)
    const asked = code === 'LEAVER_HAS_TICKETS' ? { category: 'users', cause: 'has open tickets' } : undefined
    expect(plan.change?.consent).toEqual(asked)
    expect(plan.change?.desired).toEqual(
      asked ? expect.objectContaining({ despiteTickets: true }) : plan.change?.desired,
    )
  })

  it.each([
    ['is asked for as long as users.remove.tickets is hold', true],
    ['is planned unasked once it is not', false],
  ])('of somebody who was kept for their open tickets %s', (_how, holdsTickets) => {
    const rejection = { revision: 7, code: 'LEAVER_HAS_TICKETS', message: '', at: 0 }
    const about = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada@acme.com', cause: 'deleted', applied } as const

    const { change } = planRemoval({ ...about, record: { ...leaving, rejection } }, { ...policy, holdsTickets })

    expect(change?.operation).toBe('suspend user')
    expect([change?.consent !== undefined, 'despiteTickets' in change!.desired]).toEqual([holdsTickets, holdsTickets])
  })
})
