import { describe, expect, it } from 'vitest'
import type { EntityPlan } from '../plan/change.ts'
import { keepLastAdmin } from './last-admin.ts'

/** Directory ids are the Zendesk ids as texts. */
const knownOf = (role: string) => (id: string) => ({
  applied: { email: `${id}@acme.com`, role, phone: '1' },
  zendeskId: Number(id),
})

function removal(id: string, operation: 'suspend user' | 'update user' = 'suspend user'): [string, EntityPlan] {
  const isUpdate = operation === 'update user'
  const attributes = { email: `${id}@acme.com`, role: isUpdate ? 'agent' : 'admin', phone: isUpdate ? '2' : '1' }
  const change = {
    kind: 'user' as const,
    id,
    dn: `uid=${id}`,
    label: id,
    operation,
    desired: {
      presence: isUpdate ? ('active' as const) : ('suspended' as const),
      attributes,
      createOnly: [],
      tagsMode: 'merge' as const,
    },
    changed: isUpdate ? ['phone', 'role'] : ['suspended'],
    cleared: [],
    removal: { category: 'users' as const, cause: isUpdate ? 'role lowered from admin' : 'deleted' },
  }
  return [id, { change, problems: [] }]
}

describe('keepLastAdmin', () => {
  it.each([
    ['somebody else is left', [1, 2], [], ['1'], []],
    ['nobody else', [1], [], ['1'], ['1']],
    ['the other one is on the way out', [1, 2], [2], ['1'], ['1']],
    ['the removal of the oldest is released: another one stays', [1, 2, 3], [1], ['1', '2', '3'], ['2']],
    ['all go: the oldest stays', [1, 2, 3], [], ['3', '1', '2'], ['1']],
    ['who is no active admin is not kept in place of one who is', [2, 3], [], ['1', '2', '3'], ['2']],
    ['none of them is shown as one: all stay', [], [], ['1', '2'], ['1', '2']],
  ] as const)('%s', (_case, active, leaving, leavers, kept) => {
    const plans = new Map(leavers.map((id) => removal(id)))

    const spared = keepLastAdmin(plans, knownOf('admin'), { active: new Set(active), leaving: new Set(leaving) })

    expect([...spared].filter(([, { change }]) => !change).map(([id]) => id)).toEqual(kept)
    expect([...spared.values()].flatMap(({ problems }) => problems)).toMatchObject(
      kept.map((id) => ({ code: 'LAST_ADMIN', id, dn: `uid=${id}` })),
    )
  })

  it('keeps the role, and writes what else changes', () => {
    const plans = new Map([removal('1', 'update user')])

    const spared = keepLastAdmin(plans, knownOf('admin'), { active: new Set([1]), leaving: new Set() })

    expect(spared.get('1')?.change).toMatchObject({
      changed: ['phone'],
      desired: { attributes: { role: 'admin', phone: '2' } },
    })
    expect(spared.get('1')?.change?.removal).toBeUndefined()
  })

  it('has nothing to say of those who are no admins', () => {
    const plans = new Map([removal('1')])

    expect(keepLastAdmin(plans, knownOf('agent'), { active: new Set(), leaving: new Set() })).toBe(plans)
  })
})
