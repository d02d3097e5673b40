import { expect, it } from 'vitest'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { append } from '@provisioner/history/events/append.ts'
import { findNamedInHistory } from '@provisioner/history/read/find-named-in-history.ts'
import type { HistoryEvent, InZendesk } from '@provisioner/shared/history/event.ts'
import { BEGINNING, changeOf, rowsOf } from '../../fixtures/history-rows.ts'
import { sqliteServer } from '../../fixtures/open-histories.ts'

const DESK = 'dee4711'
const NAME = 'Dee, Dana'
const about = {
  kind: 'user',
  id: 'id-1',
  label: 'dana.dee@example.org',
  dn: 'cn=Dee\\2C Dana+uid=DEE4711,ou=people,dc=example,dc=org',
} as const
const done = (at: number) => ({ at: BEGINNING + at, connection: 'staff', by: 'ada@host' })

const user = (phone: string): InZendesk => ({
  presence: 'active',
  attributes: { email: about.label, name: NAME, phone, user_fields: { desk: DESK } },
})
const change = (n: number, over: Parameters<typeof changeOf>[1]) =>
  changeOf(n, { ...about, zendeskId: 9_000_001, before: user('+1'), after: user('+2'), ...over })

/** What is told of one user, from the day they were found on. */
const EVENTS: readonly HistoryEvent[] = [
  change(1, { outcome: 'found', operation: 'link user', before: null, after: { presence: 'active', attributes: {} } }),
  change(2, {}),
  change(3, { outcome: 'refused', changed: ['name'], refusal: { code: 'X', message: `Name: dee, dana is refused` } }),
  change(4, { kind: 'membership', id: 'g1~id-1', label: `${DESK} in IT`, before: null, after: { presence: 'active' } }),
  { type: 'decision', ...done(5), ...about, verdict: 'approve', operation: 'suspend user' },
  { type: 'undo', ...done(6), about, undo: 'ada 1', operation: 'restore user' },
  { type: 'release-undo', ...done(7), about, undo: 'ada 1' },
  { type: 'retry', ...done(8), about, jobs: 1 },
  { type: 'link', ...done(9), about, zendeskId: 9_000_001 },
]

it('no column of any table has a masked value, and who is not masked is found', async () => {
  await using server = await sqliteServer()
  await using history = await server.open()
  await migrate(history)
  await append(history.database, 'acme', rowsOf(EVENTS, ['name', 'user_fields.desk']))

  const rows = await history.database.selectFrom('events').selectAll().execute()
  const names = await history.database.selectFrom('names').selectAll().execute()

  expect(rows).toHaveLength(EVENTS.length)
  expect(JSON.stringify([rows, names])).not.toMatch(/dee4711|dee(?:,|\\+2c) dana/i)
  expect(names.map(({ key }) => key).sort()).toEqual(['9000001', 'dana.dee@example.org', 'id-1'])
  expect(rows.map(({ dn }) => dn)).toEqual([
    '***',
    'cn=***+uid=***,ou=people,dc=example,dc=org',
    ...Array.from({ length: 7 }, () => '***'),
  ])
  for (const text of ['dana.dee@example.org', 'id-1', '9000001'])
    expect(await findNamedInHistory(history.database, ['acme'], text)).toMatchObject([{ id: 'id-1' }])
  for (const text of [DESK, NAME, '***']) expect(await findNamedInHistory(history.database, ['acme'], text)).toEqual([])
})
