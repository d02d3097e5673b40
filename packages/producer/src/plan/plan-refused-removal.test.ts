import { describe, expect, it } from 'vitest'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { planRemoval } from './plan-removal.ts'
import type { UserPolicy } from './user-policy.ts'

const applied: AppliedUser = { presence: 'active', attributes: { email: 'ada@acme.com', name: 'Ada' } }
const policy: UserPolicy = {
  actions: { create: true, update: true },
  provisionDisabled: false,
  remove: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'ignore' },
  goneInZendesk: 'ask',
  allowDowngrade: false,
}
/** Her suspension is released, and not written. */
const leaving: UserRecord = {
  kind: 'user',
  id: 'u1',
  dn: 'uid=ada',
  label: 'ada@acme.com',
  revision: 7,
  desired: { ...applied, presence: 'suspended', createOnly: [], tagsMode: 'merge' },
  operation: 'suspend user',
  changed: ['suspended'],
  appliedRevision: 6,
  applied,
  zendeskId: 4711,
  origin: 'created',
  suspendedByUs: false,
  unsure: [],
  creationIntended: null,
  rejection: null,
  goneSince: null,
}

describe('planRemoval', () => {
  it.each([
    ['waits', null, undefined],
    ['was refused', 'REFUSED', undefined],
    ['was refused as the last admin’s', 'LAST_ADMIN', 'suspend user'],
  ])('of a suspension that %s', (_how, code, operation) => {
    const rejection = code === null ? null : { revision: 7, code, message: '', at: 0 }
    const record = { ...leaving, rejection }

    const plan = planRemoval(
      { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada@acme.com', cause: 'deleted', applied, record },
      policy,
    )

    expect(plan.change?.operation).toBe(operation)
  })
})
