import { describe, expect, it } from 'vitest'
import { compareReviews } from './compare-reviews.ts'
import { describeReview } from './describe-review.ts'
import { aMember, aReview } from './review.fixture.ts'

const ada = aMember({ customRole: 'Team lead' })
const eve = aMember({
  zendeskId: 2,
  name: 'Eve Adams',
  email: 'eve.adams@example.org',
  role: 'admin',
  suspended: true,
  lastSignIn: null,
  entry: 'none',
  dn: null,
  why: 'no entry has them: the role was given in Zendesk',
})
const finding = {
  code: 'NOBODY_IN_DIRECTORY' as const,
  zendeskId: 2,
  who: 'eve.adams@example.org',
  what: 'an admin; no entry in scope is linked or has the address',
}

describe('a review on a terminal', () => {
  it.each([60, 80, 160])('of %i columns fits it, and cuts nothing off', (columns) => {
    const text = describeReview(aReview([ada, eve], { findings: [finding] }), undefined, columns)

    const table = text.slice(text.indexOf('┌')).split('\n')
    expect(table.filter((line) => line.length > columns)).toEqual([])
    expect(text).not.toContain('…')
    expect(text.replaceAll(/[│\s]/g, '')).toContain('eve.adams@example.org')
  })

  it('of 80 columns is this', () => {
    const review = aReview([ada, eve], { findings: [finding] })

    expect(describeReview(review, compareReviews(aReview([ada]), review), 80)).toBe(`\
Access review of account 'acme' (https://acme.zendesk.com), 2026-11-30 14:00:00 UTC
2 team members (1 admin, 1 agent), 0 suspended, 2 seats taken: 1 finding.
Connection 'staff': its directory was read whole, 8 entries in scope; the last cycle ended 2026-11-30 13:00:05 UTC.

NOBODY_IN_DIRECTORY (1): take their role away in Zendesk, give them an entry, or name them in accounts.*.protect
  eve.adams@example.org: an admin; no entry in scope is linked or has the address

Since 2026-11-30 14:00:00 UTC:
  joined the team: eve.adams@example.org, admin
  new: NOBODY_IN_DIRECTORY eve.adams@example.org

┌───────────────────────┬─────────────────┬────────────┬───────────────────────┐
│ who                   │ role            │ signed in  │ why                   │
├───────────────────────┼─────────────────┼────────────┼───────────────────────┤
│ ada@example.org       │ agent, Team     │ 2026-11-01 │ role agent: in group  │
│                       │ lead            │            │ cn=agents,ou=groups,  │
│                       │                 │            │ dc=example,dc=org     │
│ eve.adams@example.org │ admin,          │ never      │ no entry has them:    │
│                       │ suspended       │            │ the role was given in │
│                       │                 │            │ Zendesk               │
└───────────────────────┴─────────────────┴────────────┴───────────────────────┘`)
  })

  it('lists twenty findings of a kind and counts the rest, and says what was not read', () => {
    const many = Array.from({ length: 23 }, (_, i) => ({ ...finding, zendeskId: i, who: `user ${i}` }))
    const { connections } = aReview([])
    const unread = {
      ...connections[0]!,
      directory: { readWhole: false, entries: null, why: 'no answer' },
      lastCycle: null,
    }

    const lines = describeReview(
      aReview([], { findings: many, connections: [unread], notRead: [{ list: 'brands', why: '403' }] }),
      undefined,
    ).split('\n')

    expect(lines.slice(2, 5)).toEqual([
      "Connection 'staff': its directory was NOT READ (no answer), so nobody is found to be missing there; no cycle has ended yet.",
      'Zendesk does not let the brands be read: 403.',
      'This review is NOT COMPLETE: make it again once every directory can be read.',
    ])
    expect(lines.slice(-2)).toEqual([
      '  user 19: an admin; no entry in scope is linked or has the address',
      '  … and 3 more (--csv or --json has them all)',
    ])
  })
})
