import { expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { remedyFor, type Call, type Remedy } from './remedy-table.ts'

const CALLS: readonly Call[] = [
  'users create',
  'users update',
  'users address',
  'users delete',
  'memberships create',
  'memberships delete',
  'groups create',
  'groups rename',
  'groups delete',
]
const wait: Answer = { said: 'wait', words: 'Too many requests', ms: 1 }
const say = (said: Exclude<Answer['said'], 'wait'>, words = 'Words'): Answer => ({ said, words })

/** The table of `remedyFor`, as rows: the first that fits counts. */
const ROWS: readonly [Answer, calls: readonly Call[], Remedy][] = [
  [wait, CALLS, 'wait'],
  [say('again'), ['memberships create'], 'look whether it is there'],
  [say('again'), CALLS, 'try again'],
  [say('unclear'), CALLS, 'write again'],
  [say('none such'), ['users create', 'groups create'], 'try again'],
  [say('none such'), ['memberships create'], 'say who is gone'],
  [say('none such'), CALLS, 'look whether it is there'],
  [say('no'), ['memberships create'], 'look whether it is there'],
  [say('no', 'Email: ada@acme.com is already being used by another user'), ['users create'], 'link the holder'],
  [say('no', 'External has already been taken'), ['users create'], 'link the holder'],
  [say('no', 'Email: ada@acme.com is already being used by another user'), ['users update'], 'report'],
  [say('no', 'Ada is requester on 2 tickets that are not closed.'), ['users delete'], 'suspend instead'],
  [say('no'), ['groups delete'], 'say why it stays'],
  [say('forbidden'), ['groups delete'], 'say why it stays'],
  [say('no'), CALLS, 'report'],
  [say('forbidden'), CALLS, 'report'],
]

const cases = ROWS.flatMap(([answer, calls, remedy], at) =>
  calls
    .filter(
      (call) =>
        !ROWS.slice(0, at).some(
          (row) => row[0].said === answer.said && row[0].words === answer.words && row[1].includes(call),
        ),
    )
    .map((call): [Call, Answer['said'], string, Remedy, Answer] => [call, answer.said, answer.words, remedy, answer]),
)

it.each(cases)('%s, Zendesk says %s (%s): %s', (call, _said, _words, remedy, answer) => {
  expect(remedyFor(call, answer)).toBe(remedy)
})

it.each<[Call, Answer, Remedy]>([
  ['memberships create', say('no'), 'report'],
  ['memberships create', say('again'), 'try again'],
  ['memberships create', say('none such'), 'say who is gone'],
  ['memberships create', say('no', 'Group not found'), 'say who is gone'],
  ['users update', say('none such'), 'look for it'],
  ['users address', say('none such'), 'look for it'],
  ['groups rename', say('none such'), 'look for it'],
  ['users delete', say('none such'), 'is done'],
  ['memberships delete', say('none such'), 'is done'],
  ['groups delete', say('none such'), 'is done'],
])('%s, after a look, %j: %s', (call, answer, remedy) => {
  expect(remedyFor(call, answer, true)).toBe(remedy)
})
