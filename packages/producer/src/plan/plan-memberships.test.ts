import { describe, expect, it } from 'vitest'
import { planMemberships } from './plan-memberships.ts'

const ADD = ['add member', undefined, undefined]
const CAUSE = "not in the directory's group"

describe('planMemberships', () => {
  it.each([
    ['member, unknown', { wanted: true }, ADD],
    ['member, leaving', { wanted: true, known: true, leaving: true }, ADD],
    ['member, known', { wanted: true, known: true }, undefined],
    ['no member, known', { known: true }, ['remove member', CAUSE, undefined]],
    ['no member, known, in doubt', { known: true, doubt: 'D' }, ['remove member', `${CAUSE}: D`, true]],
    ['no member, leaving', { known: true, leaving: true }, undefined],
    ['no member, being deleted', { known: true, forgotten: true }, undefined],
  ])('%s', (_what, { wanted, known, leaving, forgotten, doubt }: Row, expected) => {
    const of = (is: boolean | undefined) => new Set(is ? ['u'] : [])

    const changes = planMemberships(
      {
        ...{ groupId: 'g', groupDn: 'cn=g', groupName: 'G' },
        ...{ wanted: of(wanted), known: of(known), leaving: of(leaving), doubtOf: () => doubt },
      },
      () => 'ada',
      of(forgotten),
    )

    expect(changes.map(({ operation, removal, consent }) => [operation, removal?.cause, consent && true])).toEqual(
      expected ? [expected] : [],
    )
  })
})

interface Row {
  readonly wanted?: boolean
  readonly known?: boolean
  readonly leaving?: boolean
  readonly forgotten?: boolean
  readonly doubt?: string
}
