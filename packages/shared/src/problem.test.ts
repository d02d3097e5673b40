import { describe, expect, it } from 'vitest'
import { problemKey } from './problem.ts'

describe('problemKey', () => {
  const problem = {
    code: 'EMAIL_INVALID',
    subject: 'user',
    id: 'u1',
    attribute: 'email',
    what: 'a',
    todo: 'b',
  } as const

  it('is one for two reports of one trouble, however they word it', () => {
    expect(problemKey({ ...problem, what: 'c', dn: 'cn=a' })).toBe(problemKey(problem))
  })

  it.each([{ code: 'EMAIL_MISSING' }, { subject: 'group' as const }, { id: 'u2' }, { attribute: 'name' }])(
    'differs by %j',
    (change) => {
      expect(problemKey({ ...problem, ...change })).not.toBe(problemKey(problem))
    },
  )
})
