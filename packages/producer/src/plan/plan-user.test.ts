import type { DesiredUser } from '@provisioner/shared/desired.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { describe, expect, it } from 'vitest'
import { planUser, type FoundUser } from './plan-user.ts'
import { applied, policyWith, record } from './plan-user.fixture.ts'
import type { WantedUser } from './wanted-user.ts'

const policy = policyWith()

function wanted(changes: Partial<WantedUser> = {}): WantedUser {
  return {
    id: 'u1',
    dn: 'uid=ada',
    email: 'ada@acme.com',
    disabled: false,
    empty: [],
    createOnly: [],
    tagsMode: 'merge',
    ...changes,
    attributes: { email: 'ada@acme.com', name: 'Ada', role: 'end-user', ...changes.attributes },
  }
}

const found = (state = applied()): FoundUser => ({ lastLoginAt: null, zendeskId: 7, applied: state })
const suspendedByUs = record({ applied: applied({}, 'suspended'), suspendedByUs: true })

describe('planUser', () => {
  it.each<[string, Partial<WantedUser>, UserRecord | undefined, FoundUser | undefined, string | undefined, string[]]>([
    ['active, unknown: created', {}, undefined, undefined, 'create user', ['email', 'name', 'role']],
    [
      'active, unknown, an attribute that is empty: created without it',
      { attributes: { phone: '' } },
      undefined,
      undefined,
      'create user',
      ['email', 'name', 'role'],
    ],
    ['active, found as it should be: linked, no job', {}, undefined, found(), undefined, []],
    [
      'active, found with another name: updated',
      {},
      undefined,
      found(applied({ name: 'A.' })),
      'update user',
      ['name'],
    ],
    ['active, linked, same: none', {}, record(), undefined, undefined, []],
    [
      'active, linked, changed: updated',
      { attributes: { name: 'Ada L.' } },
      record(),
      undefined,
      'update user',
      ['name'],
    ],
    ['active, suspended by us: restored', {}, suspendedByUs, undefined, 'restore user', ['suspended']],
    [
      'active, suspended by somebody else: stays',
      {},
      record({ applied: applied({}, 'suspended') }),
      undefined,
      undefined,
      [],
    ],
    ['disabled, unknown: none', { disabled: true }, undefined, undefined, undefined, []],
    ['disabled, found: suspended', { disabled: true }, undefined, found(), 'suspend user', ['suspended']],
    ['disabled, linked: suspended', { disabled: true }, record(), undefined, 'suspend user', ['suspended']],
    ['disabled, suspended already: none', { disabled: true }, suspendedByUs, undefined, undefined, []],
    ['status unreadable, linked: nobody is suspended', { disabled: 'unknown' }, record(), undefined, undefined, []],
    [
      'status unreadable, suspended by us: nobody is restored',
      { disabled: 'unknown' },
      suspendedByUs,
      undefined,
      undefined,
      [],
    ],
    ['status unreadable, unknown: nobody is created', { disabled: 'unknown' }, undefined, undefined, undefined, []],
  ])('%s', (_case, changes, known, hit, operation, changed) => {
    const plan = planUser({ wanted: wanted(changes), record: known, found: hit }, policy)

    expect([plan.change?.operation, plan.change?.changed ?? []]).toEqual([operation, changed])
    expect(plan.link?.zendeskId).toBe(hit?.zendeskId)
  })

  it('counts a suspension, and nothing else, as a removal', () => {
    expect(
      planUser({ wanted: wanted({ disabled: true }), record: record(), found: undefined }, policy).change?.removal,
    ).toEqual({ category: 'users', cause: 'disabled' })
    expect(
      planUser({ wanted: wanted({ attributes: { name: 'B' } }), record: record(), found: undefined }, policy).change
        ?.removal,
    ).toBeUndefined()
  })

  it('never lowers a role on adoption, and later only when allowed', () => {
    const agent = applied({ role: 'agent' })
    const roleOf = (plan: ReturnType<typeof planUser>) =>
      (plan.change?.desired as DesiredUser | undefined)?.attributes['role']

    expect(
      planUser({ wanted: wanted(), record: undefined, found: found(agent) }, { ...policy, allowDowngrade: true })
        .change,
    ).toBeUndefined()
    expect(
      planUser({ wanted: wanted(), record: record({ applied: agent }), found: undefined }, policy).change,
    ).toBeUndefined()
    const lowered = planUser(
      { wanted: wanted(), record: record({ applied: agent }), found: undefined },
      { ...policy, allowDowngrade: true },
    )
    expect([roleOf(lowered), lowered.change?.removal?.category]).toEqual(['end-user', 'users'])
  })

  it('asks before it lowers the role of who has open tickets, and does not forget that it was approved', () => {
    const lowers = { ...policy, allowDowngrade: true }
    const agent = applied({ role: 'agent' })
    const rejection = { revision: 7, code: 'LEAVER_HAS_TICKETS', message: '', at: 0 }
    const asked = planUser(
      { wanted: wanted(), record: record({ applied: agent, rejection }), found: undefined },
      lowers,
    )
    const desired = asked.change?.desired as DesiredUser
    const approved = record({ applied: agent, desired, revision: 8, appliedRevision: 7 })

    const after = planUser({ wanted: wanted(), record: approved, found: undefined }, lowers)

    expect(asked.change?.consent).toEqual({ category: 'users', cause: 'has open tickets' })
    expect([desired.despiteTickets, after.change?.consent]).toEqual([true, undefined])
    expect(after.change?.desired).toEqual(desired)
  })

  it('clears what the entry leaves empty, but not on adoption and never the name', () => {
    const empty = ['phone', 'name']
    const cleared = planUser(
      { wanted: wanted({ empty }), record: record({ applied: applied({ phone: '1' }) }), found: undefined },
      policy,
    )
    const adopted = planUser(
      { wanted: wanted({ empty }), record: undefined, found: found(applied({ phone: '1' })) },
      policy,
    )

    expect(cleared.change).toMatchObject({
      changed: ['phone'],
      cleared: ['phone'],
      desired: { attributes: { phone: null, name: 'Ada' } },
    })
    expect(adopted.change).toBeUndefined()
  })

  it('keeps an external id that is there, and reports it', () => {
    const plan = planUser(
      {
        wanted: wanted({ attributes: { external_id: 'u1' } }),
        record: undefined,
        found: found(applied({ external_id: 'crm-9' })),
      },
      policy,
    )

    expect(plan.change).toBeUndefined()
    expect(plan.problems.map((problem) => problem.code)).toEqual(['EXTERNAL_ID_DIFFERS'])
  })

  it('writes once more what is unconfirmed while nothing waits, and only that', () => {
    const names = (changes: Parameters<typeof record>[0]) =>
      planUser({ wanted: wanted(), record: record({ unconfirmed: ['name'], ...changes }), found: undefined }, policy)
        .change?.changed

    expect(names({})).toEqual(['name'])
    expect(names({ unconfirmed: [] })).toBeUndefined()
    expect(names({ revision: 8 })).toBeUndefined()
  })

  it('releases the present state anew when another one was released and waits', () => {
    const waiting: DesiredUser = {
      presence: 'active',
      attributes: { email: 'ada@acme.com', name: 'Other', role: 'end-user' },
      createOnly: [],
      tagsMode: 'merge',
    }

    const plan = planUser(
      { wanted: wanted(), record: record({ revision: 2, desired: waiting }), found: undefined },
      policy,
    )

    expect(plan.change).toMatchObject({
      operation: 'update user',
      changed: [],
      desired: { attributes: { name: 'Ada' } },
    })
  })

  it.each([
    ['create', undefined, 'create user'],
    ['update', record({ applied: applied({ name: 'B' }) }), 'update user'],
  ] as const)('says what actions.%s: false holds back', (action, known, operation) => {
    const plan = planUser(
      { wanted: wanted(), record: known, found: undefined },
      { ...policy, actions: { ...policy.actions, [action]: false } },
    )

    expect([plan.change, plan.switchedOff]).toEqual([undefined, operation])
  })
})

describe('brands', () => {
  const agent = { role: 'agent' }
  const partial = ['agent_brand_ids']

  it.each<[string, Partial<WantedUser>, object, number[] | undefined]>([
    ['of an agent', { attributes: { ...agent, agent_brand_ids: [1] } }, agent, [1]],
    ['of whom somebody made an agent', { attributes: { role: undefined!, agent_brand_ids: [1] } }, agent, [1]],
    ['of who becomes an agent', { attributes: { ...agent, agent_brand_ids: [1] } }, {}, [1]],
    ['of an end user', { attributes: { agent_brand_ids: [1], name: 'A.' } }, {}, undefined],
    [
      'of which some are not known',
      { attributes: { ...agent, agent_brand_ids: [10, 2] }, partial },
      { ...agent, agent_brand_ids: [3] },
      [2, 3, 10],
    ],
    [
      'of which some are not known, and what Zendesk holds is not either',
      { attributes: { ...agent, agent_brand_ids: [2], name: 'A.' }, partial },
      agent,
      undefined,
    ],
  ])('%s are planned as such', (_which, entry, holds, ids) => {
    const input = { wanted: wanted(entry), record: record({ applied: applied(holds) }), found: undefined }
    const desired = planUser(input, policy).change?.desired as DesiredUser | undefined

    expect(desired?.attributes['agent_brand_ids']).toEqual(ids)
  })

  it('are not part of the creation of an end user', () => {
    const input = { wanted: wanted({ attributes: { agent_brand_ids: [1] } }), record: undefined, found: undefined }

    expect(planUser(input, policy).change?.changed).toEqual(['email', 'name', 'role'])
  })
})
