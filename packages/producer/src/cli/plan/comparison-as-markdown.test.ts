import { expect, it } from 'vitest'
import type { ComparedItem, Comparison } from './compare-plans.ts'
import { comparisonAsMarkdown } from './comparison-as-markdown.ts'

const totals = { users: 3, groups: 1, memberships: 0 }
const seats = { freed: 0, taken: 0 }
const of = (items: readonly ComparedItem[]): Comparison => ({
  ...{ connection: 'staff', items, problems: { come: { EMAIL_MISSING: 2 }, go: {} } },
  ...{ totals: { before: totals, after: totals }, seats: { before: seats, after: { freed: 1, taken: 0 } } },
})
const item = (i: number, more: Partial<ComparedItem> = {}): ComparedItem => ({
  ...{ how: 'added', key: `user|${i}`, operation: 'update user', dn: '', label: `u${i}@acme.com` },
  ...{ held: null, values: 'phone "1" → "2"', ...more },
})
const names = { present: 'old.yaml', next: 'new.yaml' }

it('takes nothing of a directory for a mark', () => {
  const text = comparisonAsMarkdown(of([item(1, { label: 'a|b <img> `x` **y**\nz' })]), names)

  expect(text).toContain(String.raw`| + | update user | a\|b \<img\> \`x\` \*\*y\*\* z | phone "1" → "2" |`)
})

it('folds details away, and cuts them', () => {
  const text = comparisonAsMarkdown(of(Array.from({ length: 500 }, (_one, i) => item(i))), names)

  expect(text).toContain('| + | update user | 500 |')
  expect(text).toContain('<details><summary>The first 200 of 500</summary>')
  expect(text.split('\n').length).toBeLessThan(230)
})

it('says what both do otherwise, what of seats and problems is not the same, and that nothing differs', () => {
  const was = { operation: 'update user', held: null, values: 'phone "1" → "3"' }
  const text = comparisonAsMarkdown(of([item(1, { how: 'other', was })]), names)

  expect(text).toContain('phone "1" → "2" (at present phone "1" → "3")')
  expect(text).toContain('Seats: 1 comes free. At present: as they are.')
  expect(text).toContain(String.raw`Problems that come: EMAIL\_MISSING 2.`)
  expect(comparisonAsMarkdown(of([]), names)).toContain('**nothing**')
})
