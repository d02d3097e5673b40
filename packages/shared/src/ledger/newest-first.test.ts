import { expect, it } from 'vitest'
import type { Problem } from '../problem.ts'
import { newestFirst } from './newest-first.ts'

const told = (since: number, subject: Problem['subject'], code: string, id: string) => ({
  since,
  problem: { code, subject, id, what: '', todo: '' },
})

it('problems stand in order: the newest first, causes before what they cause, what belongs together beside it', () => {
  const inOrder = [
    told(2, 'connection', 'MAPPING_EMPTY', 'staff.map.email'),
    told(2, 'user', 'EMAIL_MISSING', 'u1'),
    told(2, 'user', 'EMAIL_MISSING', 'u2'),
    told(2, 'group', 'GROUP_EMPTY', 'g1'),
    told(1, 'account', 'SCOPES_MISSING', 'acme'),
    told(1, 'user', 'EMAIL_MISSING', 'u0'),
  ]

  expect(inOrder.toReversed().sort(newestFirst)).toEqual(inOrder)
})
