import { expect, it } from 'vitest'
import { HistoryEvent } from './event.ts'

const about = { kind: 'user', id: 'u1', label: 'jo@example.org', dn: 'uid=jo' } as const
const by = { by: 'ada@host', reason: 'as asked' }
const of = { at: 1_795_940_415_183, connection: 'staff' }

const change: HistoryEvent = {
  type: 'change',
  ...of,
  ...about,
  outcome: 'applied',
  operation: 'update user',
  changed: ['phone'],
  before: { presence: 'active', attributes: { phone: '1' } },
  after: { presence: 'active', attributes: { phone: '2' } },
  zendeskId: 5,
  revision: 1_795_940_415_000,
  origin: 'created',
}
const cycle: HistoryEvent = { type: 'cycle', ...of, cycle: 1, startedAt: 1, endedAt: 2, full: false }

it.each<HistoryEvent>([
  change,
  { ...change, kind: 'group', operation: 'delete group', before: { presence: 'active', name: 'IT' }, after: null },
  { ...change, outcome: 'refused', refusal: { code: 'RECORD_INVALID', message: 'no' } },
  { type: 'decision', ...of, ...by, ...about, verdict: 'approve', operation: 'suspend user', changed: [] },
  { type: 'decision', ...of, ...by, verdict: 'approve' },
  { type: 'pause', at: 1, ...by, scope: 'all' },
  { type: 'resume', ...of, ...by, scope: 'removals' },
  { ...cycle, failure: { code: 'CYCLE_FAILED', what: 'no' } },
  { type: 'retry', ...of, ...by, cause: 'RECORD_INVALID', jobs: 3 },
  { type: 'link', ...of, ...by, about, zendeskId: 5 },
  { type: 'unlink', ...of, ...by, about, zendeskId: 5 },
  { type: 'undo', ...of, ...by, about, undo: 'a1', revision: 7, operation: 'restore user' },
  { type: 'release-undo', ...of, ...by, about, undo: 'a1' },
  { type: 'ledger', at: 1, ...by, operation: 'import ledger', what: '7 keys of acme.ledger' },
])('reads the event of a $type as it was written', (event) => {
  expect(HistoryEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event)
})

it('reads no event without what it is about', () => {
  const { before: _before, ...less } = change
  expect(HistoryEvent.safeParse(less).success).toBe(false)
  expect(HistoryEvent.safeParse({ ...change, type: 'something else' }).success).toBe(false)
})
