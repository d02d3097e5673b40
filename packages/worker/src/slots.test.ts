import { expect, it } from 'vitest'
import { appetiteOf } from './slots.ts'

const bulk = (allowed: boolean) => ({ isAllowed: async () => allowed })

it.each([
  ['a lone change is sent alone', 'users.update', 1, true, false, { jobs: 1, bulk: false, batches: 1 }],
  ['two go together', 'users.update', 2, true, false, { jobs: 2, bulk: true, batches: Infinity }],
  ['a hundred at most', 'memberships.add', 250, true, false, { jobs: 100, bulk: true, batches: Infinity }],
  ['removals too', 'users.remove', 101, true, false, { jobs: 100, bulk: true, batches: Infinity }],
  ['groups one by one, in one batch', 'groups', 80, true, false, { jobs: 50, bulk: false, batches: 1 }],
  ['creations in bulk', 'users.create', 500, true, false, { jobs: 100, bulk: true, batches: Infinity }],
  ['creations one by one', 'users.create', 500, false, false, { jobs: 20, bulk: false, batches: 2 }],
  ['the next ones once those are sent', 'users.create', 500, false, true, { jobs: 20, bulk: false, batches: 1 }],
  ['updates need no bulk import', 'users.update', 500, false, false, { jobs: 100, bulk: true, batches: Infinity }],
] as const)('%s (%s, %i ready)', async (_case, queue, ready, allowed, isBusy, expected) => {
  expect(await appetiteOf({ queue, ready }, bulk(allowed), { isBusy })).toEqual(expected)
})
