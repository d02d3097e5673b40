import { expect, it } from 'vitest'
import type { PlannedThing } from '@provisioner/shared/ledger/plan-request.ts'
import { describeDifference } from './describe-difference.ts'

const was: PlannedThing = {
  ...{ key: 'user|1', state: 'released', operation: 'update user', desired: 'a', from: 'b' },
  ...{ dn: 'uid=ada', label: 'ada' },
}

it.each([
  ['gone', undefined, 'is not asked for any more'],
  ['other', { ...was, state: 'held' }, 'is held now'],
  ['other', { ...was, operation: 'suspend user' }, "is 'suspend user' now"],
  ['other', { ...was, desired: 'c' }, 'asks for other values than then'],
  ['other', { ...was, from: 'c' }, 'starts from other values: Zendesk holds something else than then'],
] as const)('%s: %s', (how, is, says) => {
  expect(describeDifference({ how, key: was.key, ...(is && { is }) }, was)).toBe(`update user: ada ${says}  (uid=ada)`)
})

it('tells of what is new, and of what was held', () => {
  const held = { ...was, state: 'held', from: 'undecided' } as const

  expect(describeDifference({ how: 'new', key: was.key, is: was }, undefined)).toBe(
    'update user: ada is new  (uid=ada)',
  )
  expect(describeDifference({ how: 'new', key: was.key, is: held }, undefined)).toContain('is new, and held')
  expect(describeDifference({ how: 'other', key: was.key, is: was }, held)).toContain('is not held any more')
  expect(describeDifference({ how: 'other', key: was.key, is: { ...held, from: 'rejected' } }, held)).toContain(
    'is rejected by now',
  )
})
