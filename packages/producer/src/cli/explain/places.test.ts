import { describe, expect, it } from 'vitest'
import type { MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { applied, record } from '../../plan/plan-user.fixture.ts'
import { whyMissing, type KnownPlace } from './places.ts'

const agent = record({ applied: applied({ role: 'agent' }) })
const IN = { presence: 'active', userZendeskId: 7, groupZendeskId: 8, membershipZendeskId: 9 } as const

const place = (changes: Partial<MembershipRecord>): MembershipRecord => ({
  ...(agent as unknown as MembershipRecord),
  ...{ kind: 'membership', id: 'g1~u1', revision: 5, appliedRevision: 5, applied: IN, desired: { presence: 'active' } },
  ...changes,
})

const waits = { appliedRevision: 4, applied: null }
const rejection = { revision: 5, code: 'GROUP_FULL', message: 'It is full', at: 1 }
const seatless: UserRecord = record({ applied: applied({}, 'suspended'), suspendedByUs: true })

describe('cli/explain/places', () => {
  it.each<[case_: string, known: Partial<KnownPlace>, why: string | null]>([
    ['nobody has planned', {}, 'the next cycle looks at it'],
    ['is written', { membership: place({}) }, null],
    ['waits', { membership: place(waits) }, 'it waits to be written'],
    [
      'is to end',
      { membership: place({ ...waits, desired: { presence: 'deleted' } }) },
      'their removal waits to be written',
    ],
    ['is refused', { membership: place({ ...waits, rejection }) }, 'refused: GROUP_FULL: It is full'],
    ['is held', { held: new Set(['membership|g1~u1']) }, 'held by the guard'],
    ['has no user', { user: record({ zendeskId: null }) }, 'the user is not in Zendesk'],
    ['has a user who left', { user: seatless }, 'the user has left, and lost the seat'],
    [
      'has an end user',
      { user: record() },
      'the user is an end user in Zendesk, where only team members can be in groups',
    ],
    ['has no group', { hasGroup: false }, 'the group is not in Zendesk'],
  ])('says of a membership that %s why it is missing, or that it is not', (_case, known, why) => {
    const nothing = { groupId: 'g1', userId: 'u1', user: agent, hasGroup: true, membership: undefined }

    expect(whyMissing({ ...nothing, held: new Set(), ...known })).toBe(why)
  })
})
