import type { Problem } from '@provisioner/shared/problem.ts'
import { summaryWith } from '@provisioner/shared/ledger/cycle-summary.fixture.ts'
import { expect, it } from 'vitest'
import { describeRefused, describeStanding, describeUndone, refusedOf } from './refused.ts'

const problem = (subject: Problem['subject'], id: string, code: string): Problem => ({
  code,
  subject,
  id,
  what: 'it is so',
  todo: 'Mend it',
})

it.each([
  ['nobody', [], undefined],
  ['a note', [problem('user', '1', 'EXTERNAL_ID_DIFFERS')], undefined],
  ['what nobody manages', [problem('account', 'acme.unmanaged-team', 'UNMANAGED_TEAM_MEMBERS')], undefined],
  ['what the connection has', [problem('connection', 'staff', 'HELD')], undefined],
  ['one', [problem('user', '1', 'EMAIL_OWNED')], '1 person is refused (EMAIL_OWNED 1)'],
  [
    'one with two problems, and a group',
    [problem('user', '1', 'EMAIL_MISSING'), problem('user', '1', 'NAME_MISSING'), problem('group', '1', 'GROUP_OWNED')],
    '1 person and 1 group are refused (EMAIL_MISSING 1, NAME_MISSING 1, GROUP_OWNED 1)',
  ],
])('says who is refused: %s', (_what, problems, said) => {
  expect(describeRefused(refusedOf(problems))).toBe(said)
})

const refusedOfAll = refusedOf([problem('user', '1', 'EMAIL_OWNED'), problem('group', '1', 'GROUP_OWNED')])
it.each([
  ['everybody', 1, 'Nothing can be done: 1 person and 1 group are refused (EMAIL_OWNED 1, GROUP_OWNED 1).'],
  ['a few', 300, 'Nothing to do. Refused: 1 person, 1 group (EMAIL_OWNED 1, GROUP_OWNED 1).'],
])('says of a plan without changes that refuses %s how things stand', (_who, users, said) => {
  expect(describeStanding(refusedOfAll, users)).toBe(said)
})

const summary = summaryWith({ groups: 1, problems: 2, refused: refusedOfAll })

it.each([
  ['everybody', { users: 1 }, 'nothing can be done: 1 person and 1 group are refused (EMAIL_OWNED 1, GROUP_OWNED 1)'],
  ['a few', { users: 300 }, "no changes; refused: 1 person, 1 group (see 'provisioner problems')"],
  [
    'a few, and holds something',
    { users: 300, held: { users: 4, promotions: 20 } },
    "no changes; 24 held; refused: 1 person, 1 group (see 'provisioner problems')",
  ],
  ['nobody, and holds something', { refused: refusedOf([]), held: { users: 24 } }, 'no changes; 24 held'],
  ['nobody, and has nothing to do', { refused: refusedOf([]) }, undefined],
  ['a few, while it does something', { users: 300, released: { 'create user': 1 } }, undefined],
])('says of a cycle that refuses %s what it comes to', (_who, more, said) => {
  expect(describeUndone({ ...summary, ...more })).toBe(said)
})
