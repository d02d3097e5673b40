import type { Problem } from '@provisioner/shared/problem.ts'
import { expect, it } from 'vitest'
import { driftProblems, standingDrift } from './drift-problems.ts'

const told = (id: string) => ({
  user: { id, dn: `uid=${id}`, label: `${id}@x` },
  attributes: [
    { name: 'phone', held: '2', wanted: '1' },
    { name: 'tags', held: ['a'], wanted: ['a', 'b'] },
    { name: 'notes', held: null, wanted: 'secret' },
  ],
})

const BY = new Map([['ada', { name: 'Eve', at: '2026-11-30T10:00:00Z' }]])

it('name each attribute with both values, and never a masked one, and who it was', () => {
  const [problem] = driftProblems([told('ada')], { connection: 'staff', masked: new Set(['notes']), changedBy: BY })

  expect(problem!.what).toBe(
    "Somebody has changed Zendesk's user 'ada@x': " +
      "phone is '2' in place of '1'; tags is 'a' in place of 'a', 'b'; notes is *** in place of ***. " +
      "The audit log names 'Eve' as the last to change the user there, at 2026-11-30T10:00:00Z",
  )
})

it('are at most 200, and one for all others', () => {
  const many = Array.from({ length: 203 }, (_one, i) => told(`u${i}`))

  const problems = driftProblems(many, { connection: 'staff', masked: new Set(), changedBy: new Map() })

  expect(problems).toHaveLength(201)
  expect(problems.at(-1)).toMatchObject({ subject: 'connection', what: expect.stringContaining('3 more') })
})

it('stand until users are looked at again, or have left', () => {
  const about = (id: string, code = 'DRIFT'): Problem => ({ code, subject: 'user', id, what: '', todo: '' })
  const stored = [about('here'), about('left'), about('here', 'LEAVING')].map((problem) => {
    return { problem, since: 0, source: 'cycle' as const }
  })
  const isInScope = (_kind: string, id: string) => id === 'here'

  expect(standingDrift(stored, { looked: new Set(), isInScope })).toEqual([about('here')])
  expect(standingDrift(stored, { looked: new Set(['here']), isInScope })).toEqual([])
  expect(standingDrift(stored, { looked: 'everybody', isInScope })).toEqual([])
})
