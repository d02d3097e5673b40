import { expect, it } from 'vitest'
import type { Change } from '../../plan/change.ts'
import { rowsOf, tableOf } from './plan-table.ts'

const changes = Array.from({ length: 40 }, (_one, i) => ({ label: `somebody${i}@example.org` }) as Change)

it.each([80, 100, 120, 300])('a plan fits into %i columns', (columns) => {
  const lines = tableOf([['create user', 40, changes], ...rowsOf({ user: 7 }, 'link existing ')], columns).split('\n')

  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
  expect(lines.join()).toMatch(/create user +│ +40 │ somebody0@example\.org, .*…/)
})
