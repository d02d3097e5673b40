import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { append } from '@provisioner/history/events/append.ts'
import { removeOlder } from '@provisioner/history/events/remove-older.ts'
import { findNamedInHistory } from '@provisioner/history/read/find-named-in-history.ts'
import { readEvents } from '@provisioner/history/read/read-events.ts'
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
const YEAR_MS = 365 * 24 * 60 * 60_000
/** When all that the tests tell of is long ago. */
const LATER = BEGINNING + YEAR_MS

/** One change after the other of as many users. */
const CHANGES = Array.from({ length: 9 }, (_one, i) => changeOf(i + 1))

describe.each([
  ['SQLite', sqliteServer],
  ['PostgreSQL', postgresServer],
])('a history in %s', (_name, start) => {
  let server: HistoryServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const opened = () => openMigrated(server)

  it('knows whose approval a change rests on, of whichever kind', async () => {
    await using history = await opened()
    const change = (
      at: number,
      kind: 'user' | 'group' | 'membership',
      id: string,
      operation: 'add member' | 'rename group',
    ) => changeOf(at, { at: BEGINNING + at, kind, id, operation })
    const decision = (at: number, by: string, kind: 'group' | 'membership', id: string, operation: string) =>
      ({
        connection: 'staff',
        at: BEGINNING + at,
        by,
        type: 'decision',
        verdict: 'approve',
        kind,
        id,
        operation,
        label: '',
        dn: '',
      }) as HistoryEvent
    await append(
      history.database,
      'acme',
      rowsOf([
        decision(1, 'jo@host', 'membership', 'g1~u1', 'add member'),
        change(2, 'membership', 'g2~u1', 'add member'),
        change(3, 'membership', 'g1~u1', 'add member'),
        decision(4, 'jo@host', 'group', 'g1', 'rename group'),
        change(5, 'group', 'g1', 'rename group'),
        decision(6, 'eve@host', 'group', 'g1', 'rename group'),
        change(7, 'group', 'g1', 'rename group'),
        { ...decision(8, 'eve@host', 'group', 'g1', 'rename group'), verdict: 'undecide' } as HistoryEvent,
        change(9, 'group', 'g1', 'rename group'),
      ]),
    )

    expect(await seqsOf(history, { approvedBy: 'jo' })).toEqual([5, 3])
    expect(await seqsOf(history, { approvedBy: 'eve@host' })).toEqual([7])
  })

  it('tells the newest of several accounts first, and no more than is asked for', async () => {
    await using history = await opened()
    await append(history.database, 'acme', rowsOf([1, 2, 5, 8].map((at) => changeOf(at))))
    await append(history.database, 'other', rowsOf([3, 4, 9].map((at) => changeOf(at))))
    const read = async (limit?: number) => {
      const told: number[] = []
      for await (const { at } of readEvents(history.database, { accounts: ['acme', 'other'] }, limit))
        told.push(at - BEGINNING)
      return told
    }

    expect([await read(), await read(3)]).toEqual([
      [9, 8, 5, 4, 3, 2, 1],
      [9, 8, 5],
    ])
  })

  it('removes what is old, and the chain goes on from there', async () => {
    await using history = await opened()
    await append(history.database, 'acme', rowsOf(CHANGES))

    expect(await removeOlder(history.database, 'acme', { before: BEGINNING + 5, now: LATER })).toBe(4)

    expect(await seqsOf(history)).toEqual([9, 8, 7, 6, 5])
    expect(await verifiedOf(history)).toMatchObject({ status: 'whole', rows: 5 })
    // who is in none of the rows that are left is not found any more
    expect(await findNamedInHistory(history.database, ACCOUNTS, 'user1@example.org')).toEqual([])
    expect(await findNamedInHistory(history.database, ACCOUNTS, 'user7@example.org')).toHaveLength(1)
    await append(history.database, 'acme', rowsOf([changeOf(77)]))
    expect(await verifiedOf(history)).toMatchObject({ status: 'whole', rows: 6, lastSeq: 10 })
    expect(await removeOlder(history.database, 'acme', { before: LATER, now: LATER })).toBe(6)
    expect(await verifiedOf(history)).toMatchObject({ status: 'whole', rows: 0 })
  })

  it('removes what is old behind what is dated in the future, and keeps what is not old before it', async () => {
    await using history = await opened()
    const at = (ms: number, n: number) => changeOf(n, { at: BEGINNING + ms, revision: BEGINNING + n })
    const wrong = YEAR_MS
    const events = [at(1, 1), at(wrong, 2), at(3, 3), at(wrong, 4), at(50, 5), at(4, 6), at(wrong, 7)]
    await append(history.database, 'acme', rowsOf(events))
    const age = { before: BEGINNING + 10, now: BEGINNING + 60 }

    expect(await removeOlder(history.database, 'acme', age)).toBe(3)
    expect(await seqsOf(history)).toEqual([7, 6, 5, 4])
    expect(await verifiedOf(history)).toMatchObject({ status: 'whole', rows: 4 })
    expect(await removeOlder(history.database, 'acme', { before: BEGINNING + 55, now: BEGINNING + 99 })).toBe(3)
    expect(await removeOlder(history.database, 'acme', { before: BEGINNING + 55, now: BEGINNING + 99 })).toBe(0)
    expect(await seqsOf(history)).toEqual([7])
  })

  it('removes more than one step takes', async () => {
    await using history = await opened()
    const many = Array.from({ length: 7_000 }, (_, n) => changeOf(n))
    for (let from = 0; from < many.length; from += 500)
      await append(history.database, 'acme', rowsOf(many.slice(from, from + 500)))

    expect(await removeOlder(history.database, 'acme', { before: BEGINNING + 6_990, now: LATER })).toBe(6_990)
    expect(await verifiedOf(history)).toMatchObject({ status: 'whole', rows: 10 })
  })
})
