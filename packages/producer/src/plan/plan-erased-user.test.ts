import { describe, expect, it } from 'vitest'
import type { AppliedUser, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { planUser } from './plan-user.ts'
import { planRemoval } from './plan-removal.ts'
import { policyWith, recordWith } from './plan-user.fixture.ts'
import type { UserPolicy } from './user-policy.ts'
import type { WantedUser } from './wanted-user.ts'

const attributes = { email: 'ada@acme.com', name: 'Ada' }
const active: AppliedUser = { presence: 'active', attributes }
const wanted: WantedUser = {
  id: 'u1',
  dn: 'uid=ada',
  email: 'ada@acme.com',
  disabled: false,
  attributes,
  empty: [],
  createOnly: [],
  tagsMode: 'merge',
}
const policy = policyWith({ remove: { disabled: 'suspend', deleted: 'suspend', outOfScope: 'ignore' } })
/** Linked once; noticed on the first of May that Zendesk has the user no more. */
const erased = recordWith(active, {
  applied: null,
  zendeskId: null,
  origin: null,
  goneSince: Date.parse('2026-05-01T12:00:00Z'),
})
const waiting = { ...erased, appliedRevision: 6 }
const ask = { category: 'recreations', cause: 'deleted in Zendesk, noticed 2026-05-01', about: 'deleted in Zendesk' }

describe('planUser, of a user who is gone in Zendesk', () => {
  it.each<[string, Partial<UserPolicy>, Partial<WantedUser>, UserRecord, string | undefined, object | undefined]>([
    ['ask: created with an admin’s word', {}, {}, erased, 'create user', ask],
    ['ask, something waits: the same', {}, {}, waiting, 'create user', ask],
    ['recreate: created', { goneInZendesk: 'recreate' }, {}, erased, 'create user', undefined],
    ['leave: switched off', { goneInZendesk: 'leave' }, {}, erased, undefined, undefined],
    ['disabled: none', {}, { disabled: true }, erased, undefined, undefined],
    ['disabled, something waits: taken back', {}, { disabled: true }, waiting, 'suspend user', undefined],
    ['provisionDisabled: as if active', { provisionDisabled: true }, { disabled: true }, erased, 'create user', ask],
    ['status unreadable: none', {}, { disabled: 'unknown' }, erased, undefined, undefined],
  ])('%s', (_case, policies, entry, record, operation, consent) => {
    const plan = planUser({ wanted: { ...wanted, ...entry }, record, found: undefined }, { ...policy, ...policies })

    expect([plan.change?.operation, plan.change?.consent]).toEqual([operation, consent])
    expect(plan.switchedOff).toBe(policies.goneInZendesk === 'leave' ? 'create user' : undefined)
  })

  it('is linked, and nothing else, when the user is found again', () => {
    const found = { lastLoginAt: null, zendeskId: 8, applied: active }

    const plan = planUser({ wanted, record: erased, found }, policy)

    expect([plan.change, plan.link?.zendeskId]).toEqual([undefined, 8])
  })
})

it.each([
  ['gone: none, and it stays known', 'deleted', erased, undefined],
  ['gone, something waits: taken back', 'deleted', waiting, 'suspend user'],
  ['out of scope, ignored: none', 'outOfScope', erased, undefined],
  ['a creation that waits: taken back', 'deleted', { ...waiting, goneSince: null }, 'suspend user'],
] as const)('planRemoval, %s', (_case, cause, record, operation) => {
  const { kind, id, dn, label } = record

  const plan = planRemoval({ kind: kind as 'user', id, dn, label, cause, applied: null, record }, policy)

  expect(plan.change?.operation).toBe(operation)
})

it('planRemoval, gone and to be deleted: forgotten', () => {
  const { id, dn, label } = erased

  const plan = planRemoval(
    { kind: 'user', id, dn, label, cause: 'deleted', applied: null, record: erased },
    { ...policy, remove: { ...policy.remove, deleted: 'delete' } },
  )

  expect(plan.change?.operation).toBe('delete user')
})
