import { describe, expect, it } from 'vitest'
import { compareReviews, EarlierReviewError, readEarlier } from './compare-reviews.ts'
import { aMember, aReview } from './review.fixture.ts'

const idle = { code: 'SEAT_IDLE' as const, zendeskId: 1, who: 'ada@example.org', what: 'since March' }

describe('two reviews', () => {
  it.each([
    ['role', { role: 'admin' as const }, [{ what: 'role', before: 'agent', now: 'admin' }]],
    ['custom role', { customRole: 'Lead' }, [{ what: 'custom role', before: 'none', now: 'Lead' }]],
    ['groups', { groups: ['A', 'B'] }, [{ what: 'groups', before: 'Support', now: 'A, B' }]],
    ['no brand', { brands: [] }, [{ what: 'brands', before: 'Acme', now: 'none' }]],
    ['suspended', { suspended: true }, [{ what: 'suspended', before: 'no', now: 'yes' }]],
    ['brands that could not be read', { brands: null }, undefined],
    ['another sign-in, name and address', { lastSignIn: null, name: 'A', email: 'a@b' }, undefined],
  ])('differ in what counts: %s', (_what, change, changes) => {
    const { changed } = compareReviews(aReview([aMember()]), aReview([aMember(change)]))

    expect(changed.map((one) => one.changes)).toEqual(changes === undefined ? [] : [changes])
  })

  it('tell who joined and left, and which findings are new and solved', () => {
    const [ada, bob] = [aMember(), aMember({ zendeskId: 2 })]
    const before = aReview([ada], { findings: [idle, { ...idle, code: 'NAME_DIFFERS' }] })
    const now = aReview([bob], {
      findings: [
        { ...idle, what: 'since April' },
        { ...idle, zendeskId: 2 },
      ],
    })

    const { joined, left, newFindings, solvedFindings } = compareReviews(before, now)

    expect([joined, left]).toEqual([[bob], [ada]])
    expect([newFindings, solvedFindings]).toEqual([[{ ...idle, zendeskId: 2 }], [{ ...idle, code: 'NAME_DIFFERS' }]])
  })
})

describe('an earlier review', () => {
  it('is read as it was printed, with its own comparison left out', () => {
    const review = aReview([aMember()], { findings: [idle] })

    expect(readEarlier(JSON.stringify({ ...review, changes: {} }), 'a.json', 'acme')).toEqual(review)
  })

  it.each([
    ['no JSON', 'email,name', 'a.json is no JSON'],
    ['something else', '{"members":[]}', 'a.json is no access review'],
    ['of another account', JSON.stringify(aReview([], { accessReviewOf: 'other' })), "of account 'other', and not"],
  ])('is refused when it is %s', (_what, text, message) => {
    expect(() => readEarlier(text, 'a.json', 'acme')).toThrow(EarlierReviewError)
    expect(() => readEarlier(text, 'a.json', 'acme')).toThrow(message)
  })
})
