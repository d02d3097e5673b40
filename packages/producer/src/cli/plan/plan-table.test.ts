import { expect, it } from 'vitest'
import { rowsBy, rowsOfCounts, tableOf } from './plan-table.ts'

const changes = Array.from({ length: 40 }, (_one, i) => ({ label: `somebody${i}@example.org` }))

it.each([80, 100, 120, 300])('a plan fits into %i columns', (columns) => {
  const lines = tableOf(
    [['create user', 40, changes], ...rowsOfCounts({ update: 7 }, 'switched off: ')],
    columns,
  ).split('\n')

  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
  expect(lines.join()).toMatch(/create user +│ +40 │ somebody0@example\.org, .*…/)
})

it('a row names those whom it counts, each in its own', () => {
  const links = [
    { kind: 'user', label: 'ada@example.org' },
    { kind: 'group', label: 'zd-sales' },
    { kind: 'user', label: 'bob@example.org' },
  ]

  const lines = tableOf(rowsBy(links, ({ kind }) => `link existing ${kind}`)).split('\n')

  expect(lines.slice(3, 5)).toEqual([
    expect.stringMatching(/^│ link existing user +│ +2 │ ada@example\.org, bob@example\.org │$/),
    expect.stringMatching(/^│ link existing group +│ +1 │ zd-sales +│$/),
  ])
})
