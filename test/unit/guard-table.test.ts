import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { Change, EntityPlan } from '@provisioner/producer/plan/change.ts'
import { heldBy, planOf, runGuard, suspension, times, userChange } from '@provisioner/producer/plan/guard.fixture.ts'
import { GuardConfig } from '@provisioner/shared/config/guard.ts'

/** The table of docs/guard.md: one row per category. */
const page = await readFile(new URL('../../docs/guard.md', import.meta.url), 'utf8')
const rows = page.split('\n').flatMap((line) => {
  const [, category, , of, share, min, held] = line.split('|').map((cell) => cell.trim())
  return category?.startsWith('`') && held !== undefined && share !== undefined
    ? [{ category: category.replaceAll('`', '').replace('ATTRIBUTE', 'phone'), of, share, min, held }]
    : []
})

const removal = (category: 'groups' | 'memberships', id: string): Change => ({
  ...suspension(id),
  kind: category === 'groups' ? 'group' : 'membership',
  id: category === 'groups' ? id : `g~${id}`,
  operation: category === 'groups' ? 'delete group' : 'remove member',
  desired: { presence: 'deleted' },
  removal: { category, cause: 'gone' },
})
const consented =
  (category: 'adoptions' | 'recreations') =>
  (id: string): EntityPlan =>
    planOf(userChange(id, {}, { operation: 'create user', consent: { category, cause: 'why' } }))

/** One change of each category. */
const EXAMPLES: Readonly<Record<string, (id: string) => EntityPlan>> = {
  users: (id) => planOf(suspension(id)),
  groups: (id) => planOf(removal('groups', id)),
  memberships: (id) => planOf(removal('memberships', id)),
  'clearings:phone': (id) => planOf(userChange(id, { phone: null }, { cleared: ['phone'] })),
  promotions: (id) => planOf(userChange(id, { role: 'agent' })),
  'updates:phone': (id) => planOf(userChange(id, { phone: '2' })),
  creations: (id) => planOf(userChange(id, {}, { operation: 'create user' })),
  adoptions: consented('adoptions'),
  recreations: consented('recreations'),
}

const KNOWN = 1_000
const limits = { ...GuardConfig.parse({}), window: 1 }
const heldOf = (category: string, count: number) =>
  heldBy(
    runGuard(times(count, EXAMPLES[category]!), {
      limits,
      known: { users: KNOWN, groups: KNOWN, memberships: KNOWN },
      applied: { phone: '1', role: 'end-user' },
    }),
  )

it('docs/guard.md has a row for every category that anything is held under', () => {
  expect(rows.map((row) => row.category).sort()).toEqual(Object.keys(EXAMPLES).sort())
})

it.each(rows.filter((row) => row.min !== '–'))('holds $held: $category, $share, at least $min', (row) => {
  const { category, of, share, min } = row
  const name = category.split(':')[0] as 'users'
  const limit = Math.max(Number(min), Math.floor((Number.parseFloat(share) / 100) * KNOWN))

  expect([limits[name], of]).toEqual([{ share: Number.parseFloat(share) / 100, min: Number(min) }, ofWhom(name)])
  expect(heldOf(category, limit)).toEqual({})
  expect(heldOf(category, limit + 1)).toEqual({ [category]: limit + 1 })
})

it.each(rows.filter((row) => row.min === '–'))('holds $held: $category', ({ category, held }) => {
  expect(heldOf(category, 1)).toEqual(held === 'each' ? { [category]: 1 } : {})
  expect(heldOf(category, KNOWN)).toEqual(held === 'each' ? { [category]: KNOWN } : {})
})

function ofWhom(name: string): string {
  return name === 'groups' || name === 'memberships' ? name : 'users'
}
