import { rowOfEntry } from '@provisioner/history/events/row-of-event.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { expect, it } from 'vitest'
import { eventLine } from './describe-events.ts'
import { tellEvent } from './told-event.ts'

const told = (event: HistoryEvent) => {
  const row = rowOfEntry({ id: '7-0', text: JSON.stringify(event) }, () => new Set())
  return tellEvent({ ...row, account: 'acme', seq: 1, previous: '', hash: '' })
}
const by = { at: 7, by: 'jo@host' } as const

it.each<[HistoryEvent, Partial<ReturnType<typeof told>>, string]>([
  [
    { type: 'ledger', ...by, operation: 'import ledger', what: '7 keys of acme.ledger' },
    { connection: null, operation: 'import ledger', cause: '7 keys of acme.ledger', by: 'jo@host' },
    'import ledger, by jo@host  7 keys of acme.ledger',
  ],
  [
    { type: 'ledger', ...by, connection: 'people', operation: 'rename connection', what: "'staff' is 'people'" },
    { connection: 'people', operation: 'rename connection' },
    "rename connection, by jo@host  'staff' is 'people'",
  ],
  [
    { type: 'pause', ...by, scope: 'all', reason: 'a move' },
    { operation: 'pause all', cause: 'a move' },
    'pause all, by jo@host  a move',
  ],
])('tells %o', (event, fields, line) => {
  expect(told(event)).toMatchObject(fields)
  expect(eventLine(told(event))).toBe(line)
})

it('tells no attribute that was empty and is not there as changed', () => {
  const about = { kind: 'user', id: 'u1', label: 'jo@example.org', dn: '' } as const
  const after = { presence: 'active', attributes: { locale: null, name: 'Jo' } } as const
  const event: HistoryEvent = {
    ...{ type: 'change', at: 7, connection: 'staff', ...about, outcome: 'found', operation: 'link user', changed: [] },
    ...{ before: null, after, zendeskId: 5, revision: 7, origin: 'adopted' },
  }

  expect(told(event).changes.map(({ attribute }) => attribute)).toEqual(['name', 'presence'])
})
