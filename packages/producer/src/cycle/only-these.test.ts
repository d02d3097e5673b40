import { expect, it } from 'vitest'
import type { CyclePlan } from './cycle-plan.ts'
import { onlyThese } from './only-these.ts'

const change = (id: string) => ({ kind: 'user', id, operation: 'update user' })
const plan = {
  released: [change('ada'), change('bob')],
  links: [{ kind: 'user', id: 'cyd' }],
  counted: [
    { category: 'updates:phone', change: change('ada') },
    { category: 'updates:phone', change: change('bob') },
  ],
  approvals: [{ key: 'user|bob', of: change('bob') }],
  drift: new Map([['bob', []]]),
  answered: new Map([
    ['ada', 'a'],
    ['bob', 'b'],
    ['dee', 'd'],
  ]),
  unanswered: ['eve'],
} as unknown as CyclePlan

it('leaves out others with all that would be recorded of them, so that they are planned anew', () => {
  const { plan: part, leftOut } = onlyThese(plan, (member) => member !== 'user|bob')

  expect(leftOut).toBe(1)
  expect(part.released).toEqual([change('ada')])
  expect(part.links).toEqual(plan.links)
  expect([part.counted.length, part.approvals, part.drift.size]).toEqual([1, [], 0])
  expect([...part.answered.keys()]).toEqual(['ada', 'dee'])
  expect(part.unanswered).toEqual(['eve', 'bob'])
})

it('is the plan itself where nobody is left out', () => {
  expect(onlyThese(plan, () => true)).toEqual({ plan, leftOut: 0 })
})
