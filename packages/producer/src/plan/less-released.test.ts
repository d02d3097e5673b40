import { describe, expect, it } from 'vitest'
import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import type { Change } from './change.ts'
import { lessReleased } from './less-released.ts'

const wants = (attributes: UserAttributes, presence: DesiredUser['presence'] = 'active'): DesiredUser => ({
  presence,
  attributes,
  createOnly: [],
  tagsMode: 'merge',
})
const waiting = (desired: DesiredUser | null) => ({ desired, revision: 2, appliedRevision: 1 })

/** Lowers the role and empties the phone number. */
const change: Change = {
  kind: 'user',
  id: 'ada',
  dn: 'uid=ada',
  label: 'ada@example.org',
  operation: 'update user',
  desired: wants({ name: 'Ada', role: 'end-user', phone: null }),
  changed: ['phone', 'role'],
  cleared: ['phone'],
  removal: { category: 'users', cause: 'role lowered from agent' },
}

describe('a change, less what is released already', () => {
  it.each([
    ['nothing is known of it', undefined, ['users', 'phone']],
    ['nothing was released', waiting(null), ['users', 'phone']],
    [
      'what was released is written',
      { ...waiting(change.desired as DesiredUser), appliedRevision: 2 },
      ['users', 'phone'],
    ],
    ['the same waits', waiting(change.desired as DesiredUser), undefined],
    ['another state of the same role waits', waiting(wants({ name: 'A', role: 'end-user' })), ['phone']],
    ['another state with the attribute emptied waits', waiting(wants({ role: 'agent', phone: null })), ['users']],
    [
      'another state that gives the attribute a value waits',
      waiting(wants({ role: 'agent', phone: '1' })),
      ['users', 'phone'],
    ],
    ['a suspension of the same role waits', waiting(wants({ role: 'end-user' }, 'suspended')), ['users', 'phone']],
  ] as const)('%s: counts as %s', (_case, record, counted) => {
    const less = lessReleased(change, record)

    expect(less && [...(less.removal ? [less.removal.category] : []), ...less.cleared]).toEqual(counted)
    if (less) expect(less).toMatchObject({ desired: change.desired, changed: change.changed })
  })

  it('is asked for again where that is meant', () => {
    expect(lessReleased({ ...change, anew: true }, waiting(change.desired as DesiredUser))).toMatchObject({
      anew: true,
    })
  })
})
