import { describe, expect, it } from 'vitest'
import { membershipId } from '@provisioner/shared/entity.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { Change } from '../plan/change.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { Questions } from './questions.ts'
import { NO_QUESTIONS } from './questions.fixture.ts'
import { scanned } from './scanned-entries.fixture.ts'
import { whatWaits } from './what-waits.ts'

const KNOWN: Record<string, UserAttributes> = {
  agent: { email: 'Ada@example.org', role: 'agent', external_id: 'id-ada' },
  'end user': { email: 'eve@example.org', role: 'end-user' },
}
const newcomer = (email: string, externalId?: string) => ({
  users: new Map([
    [
      'print',
      { email, attributes: { email, ...(externalId && { external_id: externalId }) } } as unknown as WantedUser,
    ],
  ]),
})
const sought = { groups: new Map([['new', { id: 'new', dn: 'cn=new', name: 'new' }]]) }
const change = (kind: Change['kind'], id: string, operation: Change['operation'], removal = true): Change => ({
  ...{ kind, id, dn: id, label: id, operation, changed: [], cleared: [] },
  desired: { presence: 'deleted' },
  ...(removal && { removal: { category: 'users', cause: 'deleted' } }),
})
const suspension = (who: string) => change('user', who, 'suspend user')
const leaving = change('membership', membershipId('old', 'agent'), 'remove member')

const waiting = (one: Change, questions: Partial<Questions>, more: Partial<Parameters<typeof whatWaits>[0]> = {}) =>
  whatWaits({
    changes: [one],
    questions: { ...NO_QUESTIONS, ...questions },
    picture: { present: scanned(), disabled: new Set(), members: new Map([['new', new Set(['agent'])]]) },
    users: { knownOf: (id) => ({ applied: KNOWN[id]!, zendeskId: 1 }) },
    groups: { active: [] },
    losing: new Set(),
    renamed: new Map(),
    protects: true,
    relinks: true,
    ...more,
  })

it.each<[string, boolean, Change, Partial<Questions>, Partial<Parameters<typeof whatWaits>[0]>]>([
  [
    'another address of a user whose role is asked',
    true,
    change('user', 'agent', 'update user', false),
    { roles: new Set([7]) },
    {},
  ],
  [
    'an admin’s suspension while nobody knows the others',
    true,
    suspension('agent'),
    { admins: true },
    { losing: new Set(['agent']) },
  ],
  ['one whose role is known', false, change('user', 'agent', 'update user', false), {}, {}],
  ['anything while nobody knows who is protected', true, suspension('end user'), {}, { protects: false }],
])('%s waits: %s', (_what, waits, one, questions, more) => {
  expect(waiting(one, questions, { renamed: new Map([['agent', 7]]), ...more }).size === 1).toBe(waits)
})

describe('a change that is known to be asked for', () => {
  it.each<[string, boolean, Change, Partial<Questions>]>([
    ['a team member’s suspension', true, suspension('agent'), { apiUser: true }],
    ['a team member’s suspension', false, suspension('agent'), {}],
    [
      'a team member’s update that takes nothing',
      false,
      change('user', 'agent', 'update user', false),
      { apiUser: true },
    ],
    ['an end user’s suspension', false, suspension('end user'), { apiUser: true }],
    ['a leaver whose address is looked for', true, suspension('agent'), newcomer('ada@EXAMPLE.org')],
    ['a leaver whose external id is looked for', true, suspension('agent'), newcomer('new@example.org', 'ID-ada')],
    ['a leaver of another address', false, suspension('end user'), newcomer('new@example.org')],
    ['a group’s deletion while a group is looked for', true, change('group', 'old', 'delete group'), sought],
    ['a group’s deletion while none is', false, change('group', 'old', 'delete group'), {}],
    ['a member’s removal while a group of theirs is looked for', true, leaving, sought],
    [
      'a member’s removal while a group of others is',
      false,
      { ...leaving, id: membershipId('old', 'end user') },
      sought,
    ],
    ['a member’s addition', false, { ...leaving, operation: 'add member' as const }, sought],
  ])('%s: waits %s', (_case, waits, one, questions) => {
    expect(waiting(one, questions).size === 1).toBe(waits)
  })

  it.each([
    [
      'present, and so no leaver',
      { picture: { present: scanned('agent'), disabled: new Set<string>(), members: new Map() } },
    ],
    ['whose user nobody would take over', { relinks: false }],
  ])('a user %s does not wait for an entry of the same address', (_case, more) => {
    expect(waiting(suspension('agent'), newcomer('ada@example.org'), more)).toEqual(new Set())
  })

  it('a linked group that is to be renamed keeps nobody in another', () => {
    const active = [{ id: 'new', dn: 'cn=new', name: 'old name', zendeskId: 7 }]

    expect(waiting(leaving, sought, { groups: { active } })).toEqual(new Set())
  })
})
