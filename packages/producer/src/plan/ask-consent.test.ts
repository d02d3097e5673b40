import { describe, expect, it } from 'vitest'
import { askConsent, type GroupDoubt } from './ask-consent.ts'
import type { Change } from './change.ts'

const about = { id: '1', dn: 'uid=ada', label: 'ada', cleared: [], changed: [] as string[] }
const desired = { presence: 'active', attributes: {}, createOnly: [], tagsMode: 'merge' } as const
const removal = { category: 'users', cause: 'why' } as const
const suspension: Change = { ...about, kind: 'user', operation: 'suspend user', desired, removal }
const update: Change = { ...about, kind: 'user', operation: 'update user', desired, changed: ['role'] }
const lowered: Change = { ...update, removal }
const customRole: Change = { ...update, changed: ['custom_role_id'], cleared: ['custom_role_id', 'phone'] }
const brands = (ids: number[]): Change => ({
  ...update,
  changed: ['agent_brand_ids'],
  desired: { ...desired, attributes: { agent_brand_ids: ids } },
})
const [brand, otherBrand] = [brands([2, 3]), brands([1, 2, 3])]
const deletion: Change = {
  ...about,
  kind: 'group',
  operation: 'delete group',
  desired: { presence: 'deleted', name: 'x' },
  removal: { category: 'groups', cause: 'why' },
}

describe('askConsent', () => {
  it.each<[string, Change, boolean, GroupDoubt, string | undefined]>([
    ['an absent user’s suspension, the scope in doubt', suspension, false, { scope: 'S' }, 'why: S'],
    ['a suspension for another reason, the scope in doubt', suspension, true, { scope: 'S', roles: 'R' }, undefined],
    ['an absent user’s suspension, roles in doubt', suspension, false, { roles: 'R', managed: 'M' }, undefined],
    ['a lowered role, roles in doubt', lowered, true, { roles: 'R' }, 'why: R'],
    ['a lowered role, the scope in doubt', lowered, true, { scope: 'S' }, undefined],
    ['an update, everything in doubt', update, true, { roles: 'R', scope: 'S', managed: 'M' }, undefined],
    ['a custom role taken, roles in doubt', customRole, true, { roles: 'R' }, 'custom role taken: R'],
    ['a brand taken, roles in doubt', brand, true, { roles: 'R' }, 'brand taken: R'],
    ['a brand taken, nothing in doubt', brand, true, {}, undefined],
    ['a brand given, roles in doubt', otherBrand, true, { roles: 'R' }, undefined],
    ['a custom role taken, nothing in doubt', customRole, true, {}, undefined],
    ['a group’s deletion, managed groups in doubt', deletion, false, { managed: 'M' }, 'why: M'],
    ['a group’s deletion, the scope in doubt', deletion, false, { scope: 'S' }, undefined],
  ])('%s', (_what, change, present, doubt, cause) => {
    const asked = askConsent(change, doubt, { present, applied: { custom_role_id: 7, agent_brand_ids: [1, 2] } })

    expect([asked.consent?.category, asked.consent?.cause]).toEqual([cause && asked.removal?.category, cause])
  })

  it('asks for a custom role once, and not as a clearing as well', () => {
    const asked = askConsent(customRole, { roles: 'R' }, { present: true, applied: { custom_role_id: 7 } })

    expect(asked.cleared).toEqual(['phone'])
  })

  it('asks nothing for a custom role that the user does not have', () => {
    expect(askConsent(customRole, { roles: 'R' }, { present: true, applied: {} })).toBe(customRole)
  })
})
