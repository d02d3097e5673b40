import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '@provisioner/history/database/migrate.ts'
import type { History } from '@provisioner/history/database/open-history.ts'
import { append } from '@provisioner/history/events/append.ts'
import { changesInHistory } from '@provisioner/history/read/changes-in-history.ts'
import type { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { BEGINNING, changeOf, rowsOf } from '../../fixtures/history-rows.ts'
import { sqliteServer, type HistoryServer } from '../../fixtures/open-histories.ts'

const US = 1_000
const times = { startedAt: BEGINNING, endedAt: BEGINNING, full: false }
const cycle = (ms: number): HistoryEvent => ({ type: 'cycle', at: ms, connection: 'staff', cycle: ms * US, ...times })

const EVENTS: readonly HistoryEvent[] = [
  changeOf(1, { cycle: BEGINNING * US }),
  cycle(BEGINNING),
  changeOf(2),
  changeOf(3, { kind: 'membership', id: 'g1~id-1', operation: 'add member' }),
  cycle(BEGINNING + 10),
  changeOf(11, { id: 'id-1' }),
  changeOf(12, { connection: 'other', id: 'id-1' }),
]

let server: HistoryServer
let history: History
beforeAll(async () => {
  server = await sqliteServer()
  history = await server.open()
  await migrate(history)
  await append(history.database, 'acme', rowsOf(EVENTS))
})
afterAll(async () => {
  await history[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const source = () => changesInHistory(history.database, 'acme')
const seqsOf = async (found: Promise<{ seq: number }[]>) => (await found).map(({ seq }) => seq)

describe('the changes that the history has', () => {
  it('are found by their numbers, and nothing that is none', async () => {
    expect(await seqsOf(source().withNumbers([3, 1, 2, 99]))).toEqual([1, 3])
  })

  it('are of the cycle that they name, else of the newest before they were released', async () => {
    expect(await seqsOf(source().ofCycle(BEGINNING * US))).toEqual([1, 3, 4])
    expect(await seqsOf(source().ofCycle((BEGINNING + 10) * US))).toEqual([6])
  })

  it('are about a user and their memberships, in one connection and since a time', async () => {
    const ada = { kind: 'user', id: 'id-1' } as const

    expect(await seqsOf(source().about('staff', ada, 0))).toEqual([1, 4, 6])
    expect(await seqsOf(source().about('staff', ada, BEGINNING + 10))).toEqual([6])
  })

  it('are what has become of entities since, and of no others', async () => {
    const entities = [{ kind: 'user', id: 'id-1' } as const, { kind: 'membership', id: 'g1~id-1' } as const]

    expect(await seqsOf(source().after('staff', entities, 1))).toEqual([4, 6])
    expect(await seqsOf(source().after('staff', entities.slice(0, 1), 1))).toEqual([6])
  })
})
