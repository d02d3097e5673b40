import { describe, expect, it } from 'vitest'
import type { SourceUser } from './read-users.ts'
import { UserDoubts } from './user-doubts.ts'

const ids = (count: number, from = 0) => Array.from({ length: count }, (_one, i) => `u${from + i}`)
const user = (id: string, memberOf: string[]) => ({ entry: { id, dn: `uid=${id}` }, memberOf }) as unknown as SourceUser

interface Case {
  /** Ids of those who named groups, in scope, when users were last read; `unread:` of those in doubt. */
  readonly had: string[]
  /** Ids of those who name none now; everybody else who is there names one. */
  readonly lost: string[]
  readonly gone?: string[]
  readonly disabled?: string[]
  readonly isAsked?: boolean
}

function doubtsOf({ had, lost, gone = [], disabled = [], isAsked = true }: Case): UserDoubts {
  const doubts = new UserDoubts(isAsked, new Set(had), ({ entry }) => disabled.includes(entry.id))
  const there = [...new Set([...had.map((id) => id.replace('unread:', '')), ...lost])].filter(
    (id) => !gone.includes(id),
  )
  const people = there.map((id) => user(id, lost.includes(id) ? [] : ['cn=g']))
  doubts.notePeople(people)
  for (const one of people) doubts.note(one)
  return doubts
}

describe('UserDoubts', () => {
  it.each<[string, Case, string[]]>([
    ['name some', { had: ids(9), lost: [] }, []],
    ['are gone', { had: ids(20), lost: ids(12), gone: ids(12) }, []],
    ['are disabled', { had: ids(20), lost: ids(12), disabled: ids(12) }, []],
    ['name none, ten of many', { had: ids(90), lost: ids(10) }, ids(10)],
    ['name none, nine of many', { had: ids(90), lost: ids(9) }, []],
    ['name none, five of ten', { had: ids(10), lost: ids(5) }, ids(5)],
    ['name none, five of eleven', { had: ids(11), lost: ids(5) }, []],
    ['name none, all of four', { had: ids(4), lost: ids(4) }, []],
    ['name none, and were in doubt', { had: ['unread:u0', ...ids(9, 1)], lost: ['u0', 'u1'] }, ['u0']],
    ['never named any', { had: ids(9), lost: ids(19, 20) }, []],
    ['name none, where groups name them', { had: ids(19), lost: ids(19), isAsked: false }, []],
  ])('of users who %s', (_which, given, expected) => {
    expect([...doubtsOf(given).inDoubt().keys()]).toEqual(expected)
  })

  it('remembers who names groups, and who is in doubt as long as something is asked of them', () => {
    const doubts = doubtsOf({ had: ids(7), lost: ids(6) })

    expect([...doubts.remembered((id) => id === 'u1')].sort()).toEqual(['u6', 'unread:u1'])
  })
})
