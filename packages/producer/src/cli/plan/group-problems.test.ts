import { expect, it } from 'vitest'
import type { Problem } from '@provisioner/shared/problem.ts'
import { groupProblems } from './group-problems.ts'

const problem = (id: string, what: string): Problem => ({ code: 'EMAIL_OWNED', subject: 'user', id, what, todo: 'Do' })

it('tells the same of 200 entries in one line, with three examples', () => {
  const many = Array.from({ length: 200 }, (_one, i) => problem(`u${i}`, 'It is owned'))

  expect(groupProblems(many)).toEqual([
    '  EMAIL_OWNED, 200 times: It is owned. Do.',
    '    u0',
    '    u1',
    '    u2',
    '    … and 197 more (--all)',
  ])
  expect(groupProblems(many, Infinity)).toHaveLength(201)
})

it('tells of each what is its own, and of one alone in one line', () => {
  expect(groupProblems([problem('u1', 'By ada'), problem('u2', 'By bob')])).toEqual([
    '  EMAIL_OWNED, 2 times',
    '    u1: By ada. Do.',
    '    u2: By bob. Do.',
  ])
  expect(groupProblems([problem('u1', 'By ada')])).toEqual(['  EMAIL_OWNED  u1: By ada. Do.'])
})
