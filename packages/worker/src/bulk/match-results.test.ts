import type { OutstandingItem } from '@provisioner/shared/ledger/outstanding-write.ts'
import { describe, expect, it } from 'vitest'
import { matchResults, type ReadResult } from './match-results.ts'

function item(n: number, changes: Partial<OutstandingItem> = {}): OutstandingItem {
  return {
    jobId: `j${n}`,
    kind: 'user',
    id: `u${n}`,
    revision: 1,
    email: `u${n}@x.com`,
    externalId: `ext-${n}`,
    zendeskId: null,
    applied: null,
    suspendedByUs: false,
    ...changes,
  }
}
const created = (id: number, n?: number): ReadResult => ({
  failed: false,
  id,
  ...(n !== undefined && { email: `u${n}@x.com`, externalId: `ext-${n}` }),
})
const failed = (details: string): ReadResult => ({ failed: true, error: 'UserCreateError', details })
const ok = (zendeskId: number | null) => ({ status: 'succeeded', zendeskId })
const no = (details: string) => ({ status: 'failed', error: 'UserCreateError', details })
const unclear = { status: 'unclear' }

describe('matchResults', () => {
  it.each<[string, OutstandingItem[], ReadResult[] | null, object[]]>([
    ['no results at all', [item(1)], null, [unclear]],
    ['an empty list', [item(1)], [], [unclear]],
    ['by external id, in another order', [item(1), item(2)], [created(20, 2), created(10, 1)], [ok(10), ok(20)]],
    ['by position when nothing is named', [item(1), item(2)], [created(10), created(20)], [ok(10), ok(20)]],
    [
      'by index when each has one, whatever the order',
      [item(1), item(2)],
      [
        { ...failed('bad'), index: 1 },
        { ...created(10), index: 0 },
      ],
      [ok(10), no('bad')],
    ],
    [
      'by position when indexes are not all of the items’',
      [item(1), item(2)],
      [
        { ...created(10), index: 1 },
        { ...created(20), index: 2 },
      ],
      [ok(10), ok(20)],
    ],
    ['not by position when the numbers differ', [item(1), item(2)], [created(10)], [unclear, unclear]],
    [
      'a failed item by position among named ones',
      [item(1), item(2)],
      [created(10, 1), failed('bad')],
      [ok(10), no('bad')],
    ],
    [
      'never to an item that the result names another for',
      [item(1), item(2)],
      [created(10, 7), created(20, 2)],
      [unclear, ok(20)],
    ],
    [
      'updates by Zendesk id',
      [
        item(1, { zendeskId: 10, email: null, externalId: null }),
        item(2, { zendeskId: 20, email: null, externalId: null }),
      ],
      [created(20), created(10)],
      [ok(10), ok(20)],
    ],
  ])('%s', (_case, items, results, expected) => {
    expect(matchResults(items, results)).toEqual(expected)
  })
})
