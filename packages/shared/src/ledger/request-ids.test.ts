import { expect, it } from 'vitest'
import { RequestIds } from './request-ids.ts'

const ada = { kind: 'user', id: 'u1' } as const

it('keeps the id of the last answer of an entity, until it is taken', () => {
  const ids = new RequestIds()
  ids.note(ada, 'lease', 'first')
  ids.note(ada, 'lease', 'second')

  expect(ids.take(ada, 'lease')).toEqual({ requestId: 'second' })
  expect(ids.take(ada, 'lease')).toEqual({})
})

it('takes none that came under another lease', () => {
  const ids = new RequestIds()
  ids.note(ada, 'lease', 'first')

  expect(ids.take(ada, 'another')).toEqual({})
  expect(ids.take({ kind: 'group', id: 'u1' }, 'lease')).toEqual({})
})
