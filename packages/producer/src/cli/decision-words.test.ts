import type { DecisionMade } from '@provisioner/shared/ledger/decision.ts'
import { expect, it } from 'vitest'
import { describeNothing } from './decision-words.ts'

const change = {
  key: 'user|1',
  category: 'users',
  operation: 'suspend user',
  dn: 'uid=ada,dc=acme',
  label: 'ada@acme.com',
  cause: 'deleted',
  print: 'of it',
  since: 1,
} as const
const held = { ...change, decision: undefined }
const made: DecisionMade = { ...change, verdict: 'approve', by: 'eve', at: 1 }

it.each([
  ['approve', [], [], ['nothing waits for a decision.']],
  ['undecide', [], [], ['nothing that matches --matching zoe was decided.']],
  [
    'undecide',
    [],
    [made],
    ['nothing that matches --matching zoe is held.', expect.stringMatching(/approved by eve, .*, and held no more/)],
  ],
  ['undecide', [held, held], [], ['nothing that is held matches --matching zoe. Held: 2 removals of users.']],
] as const)('%s of what is not there says what there is in its place: %#', (verdict, changes, before, said) => {
  expect(describeNothing(verdict, changes, { matching: 'zoe' }, before)).toEqual(said)
})
