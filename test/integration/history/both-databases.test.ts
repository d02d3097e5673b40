import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '@provisioner/history/database/migrate.ts'
import type { History } from '@provisioner/history/database/open-history.ts'
import { append } from '@provisioner/history/events/append.ts'
import { findNamedInHistory } from '@provisioner/history/read/find-named-in-history.ts'
import type { Wanted } from '@provisioner/history/read/read-events.ts'
import { chainsOf } from '@provisioner/history/read/verify-chain.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { BEGINNING, changeOf, rowsOf } from '../../fixtures/history-rows.ts'
import {
  openMigrated,
  postgresServer,
  seqsOf,
  sqliteServer,
  verifiedOf,
  type HistoryServer,
} from '../../fixtures/open-histories.ts'

const ACCOUNTS = ['acme']
const about = {
  kind: 'user',
  id: 'id-2',
  label: 'user2@example.org',
  dn: 'uid=u2,ou=people,dc=example,dc=org',
} as const
const ada = { at: BEGINNING + 20, connection: 'staff', by: 'ada@host' }

/** Something of every kind. */
const EVENTS: readonly HistoryEvent[] = [
  ...[1, 2, 3].map((n) => changeOf(n)),
  changeOf(4, { kind: 'membership', id: 'g1~id-2', operation: 'add member', label: 'user2 in IT', dn: '' }),
  changeOf(5, {
    kind: 'group',
    id: 'g1',
    label: 'IT \0\ud800',
    before: null,
    after: { presence: 'active', name: 'IT' },
  }),
  { type: 'decision', ...ada, ...about, verdict: 'approve', operation: 'suspend user', reason: 'left' },
  changeOf(2, { at: BEGINNING + 30, revision: BEGINNING + 30, operation: 'suspend user', by: 'w', cycle: 7 }),
  { type: 'pause', at: BEGINNING + 40, by: 'ada_b@host', scope: 'all' },
  changeOf(6, { at: BEGINNING + 50, connection: 'other', label: 'ädä 100%_x@example.org' }),
]

const ASKED: readonly (readonly [what: string, wanted: Omit<Wanted, 'accounts'>, seqs: readonly number[]])[] = [
  ['all', {}, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ['a user', { about: [{ connection: 'staff', kind: 'user', id: 'id-2' }] }, [7, 6, 4, 2]],
  ['a group', { about: [{ connection: 'staff', kind: 'group', id: 'g1' }] }, [5, 4]],
  ['an operation', { operation: 'suspend user' }, [7, 6]],
  ['an operation in capitals', { operation: 'Suspend' }, [7, 6]],
  ['a type', { operation: 'pause' }, [8]],
  ['a cycle', { cycle: 7 }, [7]],
  ['a time', { since: BEGINNING + 3, until: BEGINNING + 30 }, [6, 5, 4, 3]],
  ['who did it', { by: 'ada' }, [6]],
  ['who did it, with the host', { by: 'ada_b@host' }, [8]],
  ['who approved it', { approvedBy: 'ada' }, [7]],
  ['who approved nothing', { approvedBy: 'bob' }, []],
  ['a connection', { connection: 'other' }, [9]],
]

const NAMED: readonly (readonly [text: string, ids: readonly string[]])[] = [
  ['user2@example.org', ['id-2']],
  ['USER2@example.org', ['id-2']],
  ['uid=u2, ou=People,dc=example,dc=org', ['id-2']],
  ['u2', ['id-2']],
  ['id-2', ['id-2']],
  ['9000002', ['id-2']],
  ['Person 2', ['id-2']],
  ['IT', ['g1']],
  ['Person', ['id-1', 'id-2', 'id-3', 'id-6']],
  ['100%_', ['id-6']],
  ['ÄDÄ', ['id-6']],
  ['nobody', []],
]

describe.each([
  ['SQLite', sqliteServer],
  ['PostgreSQL', postgresServer],
])('a history in %s', (_name, start) => {
  let server: HistoryServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const opened = (to?: string) => openMigrated(server, to)

  it('answers every question alike', async () => {
    await using history = await opened()
    await append(history.database, 'acme', rowsOf(EVENTS))

    for (const [what, wanted, seqs] of ASKED) expect([what, await seqsOf(history, wanted)]).toEqual([what, seqs])
    for (const [text, ids] of NAMED)
      expect([text, (await findNamedInHistory(history.database, ACCOUNTS, text)).map(({ id }) => id).sort()]).toEqual([
        text,
        ids,
      ])
    // the same hash in both databases: what is read is what was written, in each of them
    expect(await verifiedOf(history)).toEqual({ status: 'whole', rows: 9, lastSeq: 9, lastHash: HASH_OF_ALL })
  })

  it('has each event once, told again or read again', async () => {
    await using history = await opened()
    await append(history.database, 'acme', rowsOf(EVENTS.slice(0, 6)))
    const again = { ...changeOf(3), at: BEGINNING + 99 } // told again to a Redis that forgot it

    const added = await append(history.database, 'acme', rowsOf([...EVENTS, again, EVENTS[8]!]))

    expect(added).toBe(3)
    expect(await seqsOf(history)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  it('keeps the accounts apart', async () => {
    await using history = await opened()
    await append(history.database, 'acme', rowsOf(EVENTS))
    await append(history.database, 'other', rowsOf(EVENTS.slice(0, 2)))

    expect(await seqsOf(history)).toHaveLength(9)
    expect((await chainsOf(history.database)).map(({ account, last_seq }) => [account, last_seq])).toEqual([
      ['acme', 9],
      ['other', 2],
    ])
  })

  it('brings what the first schema holds into the last one', async () => {
    await using history = await server.open()
    await migrate(history, '0001-events')
    await history.database
      .insertInto('chains')
      .values({ account: 'acme', anchor_seq: 0, anchor_hash: '', last_seq: 0, last_hash: '' })
      .execute()
    await using other = await opened()
    await append(other.database, 'acme', rowsOf(EVENTS))
    const rows = await other.database.selectFrom('events').selectAll().execute()
    const [chain] = await chainsOf(other.database)
    await history.database.insertInto('events').values(rows).execute()
    await history.database.updateTable('chains').set(chain!).execute()

    await migrate(history)

    expect(await history.database.selectFrom('events').selectAll().orderBy('seq').execute()).toEqual(rows)
    expect(await verifiedOf(history)).toMatchObject({ status: 'whole', rows: 9 })
    for (const [text, ids] of NAMED)
      expect((await findNamedInHistory(history.database, ACCOUNTS, text)).map(({ id }) => id).sort()).toEqual(ids)
    await append(history.database, 'acme', rowsOf([changeOf(77)]))
    expect(await seqsOf(history)).toHaveLength(10)
  })

  it.each<[string, (history: History) => Promise<unknown>, object]>([
    [
      'a changed value',
      ({ database }) => database.updateTable('events').set({ label: 'eve' }).where('seq', '=', 3).execute(),
      { seq: 3, how: 'changed' },
    ],
    [
      'a changed hash',
      ({ database }) => database.updateTable('events').set({ hash: 'x' }).where('seq', '=', 3).execute(),
      { seq: 3, how: 'changed' },
    ],
    [
      'a removed row',
      ({ database }) => database.deleteFrom('events').where('seq', '=', 3).execute(),
      { seq: 3, how: 'removed' },
    ],
    [
      'a removed beginning',
      ({ database }) => database.deleteFrom('events').where('seq', '<', 3).execute(),
      { seq: 1, how: 'removed' },
    ],
    [
      'a removed end',
      ({ database }) => database.deleteFrom('events').where('seq', '>', 7).execute(),
      { seq: 8, how: 'removed' },
    ],
    ['a row behind the end', (history) => copyOf(history, 9, 10), { seq: 10, how: 'inserted' }],
    ['a row before the beginning', (history) => copyOf(history, 9, 0), { seq: 0, how: 'inserted' }],
  ])('finds %s', async (_what, tamper, found) => {
    await using history = await opened()
    await append(history.database, 'acme', rowsOf(EVENTS))

    await tamper(history)

    expect(await verifiedOf(history)).toMatchObject({ status: 'broken', ...found })
  })
})

/** Of the last of `EVENTS`, in any database. */
const HASH_OF_ALL = '695bedcbfc904249ca58487796721ed129a563bec5d579ec2ff17378e418aae7'

async function copyOf({ database }: History, seq: number, to: number): Promise<void> {
  const row = await database.selectFrom('events').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow()
  await database
    .insertInto('events')
    .values({ ...row, seq: to, event_id: 'copy' })
    .execute()
}
