import { expect, it } from 'vitest'
import { appetiteOf } from './slots.ts'

const bulk = (state: 'on' | 'off' | 'untried') => ({ isAllowed: async () => state !== 'off', wasTaken: state === 'on' })

it.each([
  ['a lone change is sent alone', 'users.update', 1, 'on', false, { jobs: 1, bulk: false, batches: 1 }],
  ['two go together', 'users.update', 2, 'on', false, { jobs: 2, bulk: true, batches: Infinity }],
  ['a hundred at most', 'memberships.add', 250, 'on', false, { jobs: 100, bulk: true, batches: Infinity }],
  ['removals too', 'users.remove', 101, 'on', false, { jobs: 100, bulk: true, batches: Infinity }],
  ['groups one by one, in one batch', 'groups', 80, 'on', false, { jobs: 50, bulk: false, batches: 1 }],
  ['creations in bulk', 'users.create', 500, 'on', false, { jobs: 100, bulk: true, batches: Infinity }],
  ['one trial, of creations in bulk', 'users.create', 500, 'untried', false, { jobs: 100, bulk: true, batches: 1 }],
  ['no trial of anything else', 'users.update', 500, 'untried', false, { jobs: 100, bulk: true, batches: Infinity }],
  ['creations one by one', 'users.create', 500, 'off', false, { jobs: 40, bulk: false, batches: 3 }],
  ['the next ones once those are sent', 'users.create', 500, 'off', true, { jobs: 40, bulk: false, batches: 1 }],
  ['updates need no bulk import', 'users.update', 500, 'off', false, { jobs: 100, bulk: true, batches: Infinity }],
] as const)('%s (%s, %i ready)', async (_case, queue, ready, bulkImport, isBusy, expected) => {
  expect(await appetiteOf({ queue, ready }, bulk(bulkImport), { isBusy, worthPulling: 40 })).toEqual(expected)
})
