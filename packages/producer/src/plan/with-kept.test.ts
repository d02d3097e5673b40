import type { Kept } from '@provisioner/shared/ledger/undone.ts'
import { describe, expect, it } from 'vitest'
import { planUser } from './plan-user.ts'
import { applied, policyWith, record } from './plan-user.fixture.ts'
import type { WantedUser } from './wanted-user.ts'
import { withKept, withoutEntry } from './with-kept.ts'

const ada: WantedUser = {
  ...{ id: 'u1', dn: 'uid=ada', email: 'ada@acme.com', disabled: false },
  attributes: { email: 'ada@acme.com', name: 'Ada', role: 'agent', phone: '+442' },
  ...{ empty: [], createOnly: [], tagsMode: 'merge' },
}
const by = { by: 'eve@host', at: 1, of: 'change 1' }
const keeping = (kept: Record<string, Kept['to']>) =>
  Object.fromEntries(Object.entries(kept).map(([name, to]) => [name, { ...by, to }]))
const planned = (wanted: WantedUser, held = applied(ada.attributes), policy = policyWith()) =>
  planUser({ wanted, record: record({ applied: held, suspendedByUs: true }), found: undefined }, policy).change

describe('a user of whom something was undone', () => {
  it('has a value put back, or emptied, with what else the entry had of it', () => {
    const wanted = { ...ada, alternatives: { phone: ['+443'] }, createOnly: ['phone'], partial: ['phone'] }

    const back = withKept(wanted, keeping({ phone: '+441' }))
    const emptied = withKept(ada, keeping({ phone: null }))

    expect(back).toEqual({ ...ada, attributes: { ...ada.attributes, phone: '+441' } })
    expect(planned(emptied)).toMatchObject({ changed: ['phone'], cleared: ['phone'] })
  })

  it('is known by the address that is put back', () => {
    expect(withKept(ada, keeping({ email: 'old@acme.com' })).email).toBe('old@acme.com')
  })

  it('is restored though the entry is disabled', () => {
    const wanted = withKept({ ...ada, disabled: true }, keeping({ presence: 'active' }))

    expect(planned(wanted, applied(ada.attributes, 'suspended'))).toMatchObject({ operation: 'restore user' })
  })

  it.each([
    ['before it was undone, whoever did it: a ledger that was lost does not know', 1, 'restore user'],
    ['since', 2, undefined],
  ])('is restored where they were suspended %s', (_when, appliedRevision, operation) => {
    const wanted = withKept(ada, keeping({ presence: 'active' }))
    const held = applied(ada.attributes, 'suspended')
    const input = { wanted, record: record({ applied: held, appliedRevision, suspendedByUs: false }), found: undefined }

    expect(planUser(input, policyWith()).change?.operation).toBe(operation)
  })

  it('is linked anew as whom we had suspended, and restored', () => {
    const held = applied(ada.attributes, 'suspended')
    const found = { zendeskId: 7, applied: held, lastLoginAt: null }
    const plan = (wanted: WantedUser) => planUser({ wanted, record: undefined, found }, policyWith())

    const undone = plan(withKept(ada, keeping({ presence: 'active' })))
    expect([undone.link?.suspendedByUs, undone.change?.operation]).toEqual([true, 'restore user'])
    expect(plan(ada).link?.suspendedByUs).toBe(false)
  })

  it.each(['delete', 'ignore'] as const)('is suspended, and not deleted, where remove.disabled is %s', (disabled) => {
    const policy = policyWith({ remove: { disabled, deleted: disabled, outOfScope: disabled } })
    const wanted = withKept(ada, keeping({ presence: 'suspended' }))

    expect(planned(wanted, undefined, policy)).toMatchObject({
      operation: 'suspend user',
      removal: { category: 'users', cause: 'undone' },
    })
  })

  it('has a lower role again, which counts as a removal, though a mapping alone lowers none', () => {
    const wanted = withKept(ada, keeping({ role: 'end-user' }))

    expect(planned(wanted)).toMatchObject({ changed: ['role'], removal: { category: 'users' } })
    expect(planned({ ...ada, attributes: { ...ada.attributes, role: 'end-user' } })).toBeUndefined()
  })

  it('whom no entry has is as Zendesk holds them, with what is put back', () => {
    const { attributes } = applied({ phone: '+442', notes: null })
    const of = { id: 'u1', dn: 'uid=ada', label: 'ada@acme.com', attributes }

    const wanted = withoutEntry(of, keeping({ presence: 'active', phone: '+441' }))

    expect(wanted).toMatchObject({ email: 'ada@acme.com', disabled: false, empty: [] })
    expect(wanted.attributes).toEqual({ email: 'ada@acme.com', name: 'Ada', role: 'end-user', phone: '+441' })
  })
})
