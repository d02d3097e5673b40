import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerEvent } from '../../fixtures/ledger-event.ts'
import { ledgerEvents } from '../../fixtures/ledger-events.ts'
import { ACCOUNT, build, classify, entityOf } from '../../fixtures/ledger-state.ts'
import { historyChanges } from '../../fixtures/history-events.ts'
import { readLedgerTables, UNKNOWN, type Kind, type Row, type State } from '../../fixtures/ledger-tables.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'

const KINDS: readonly Kind[] = ['user', 'group', 'membership']

const { events: tables, states, told } = await readLedgerTables()

let server: TestRedis
let events: ReadonlyMap<string, LedgerEvent>
beforeAll(async () => {
  server = await openRedis()
  events = await ledgerEvents(server.redis)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Into which states the events lead, from each. */
const steps = new Map<string, Set<string>>()
let cases = 0

const wordsOf = ({ lease, link, work, confirmation }: State) => [lease, link, work, confirmation].join(', ')

/** A group and a membership are never gone. */
const ofKind = (kind: Kind, state: State): State =>
  kind !== 'user' && state.link === 'gone' ? { ...state, link: 'unlinked' } : state

/** Fires an event at each state that it meets, and says what differs; `hit` are the rows of the table that counted. */
async function walk(event: LedgerEvent, rows: readonly Row[]): Promise<{ differences: string[]; hit: Set<Row> }> {
  const hit = new Set<Row>()
  const walked = (event.kinds ?? KINDS).flatMap((kind) =>
    states(kind)
      .filter((state) => event.meets?.(state, kind) ?? true)
      .map((state) => ({ kind, state, entity: entityOf(kind, ++cases) })),
  )
  const differences = await Promise.all(
    walked.map(async ({ kind, state, entity }) => {
      const row = rows.find((one) => one.fits(state))
      if (!row) return `${kind} (${wordsOf(state)}): no row fits`
      hit.add(row)
      await build(server.redis, entity, state, event.changes?.bind(event))
      const answer = await event.fire(entity, state)
      const after = await classify(server.redis, entity).catch((error: Error) => ({ ...UNKNOWN, lease: error.message }))
      noteStep(kind, state, after)
      const [is, told] = [`${wordsOf(after)}: ${answer}`, `${wordsOf(ofKind(kind, row.after(state)))}: ${row.answer}`]
      return is === told ? [] : `${kind} (${wordsOf(state)}) → ${is}, where '${row.text}' says ${told}`
    }),
  )
  return { differences: differences.flat(), hit }
}

function noteStep(kind: Kind, before: State, after: State): void {
  const from = `${kind}: ${wordsOf(before)}`
  const known = steps.get(from) ?? new Set()
  steps.set(from, known.add(`${kind}: ${wordsOf(after)}`))
}

/** The states that entities get into that are unknown at first. */
function reachable(): string[] {
  const found = new Set(KINDS.map((kind) => `${kind}: ${wordsOf(UNKNOWN)}`))
  for (const state of found) for (const next of steps.get(state) ?? []) found.add(next)
  return [...found]
}

/** What an event told the history: at most once of each entity, and with an outcome that the page names. */
async function expectTold(name: string): Promise<void> {
  const changes = await historyChanges(server.redis, ACCOUNT)
  const ids = changes.map(({ kind, id }) => `${kind} ${id}`)
  expect(new Set(ids).size).toBe(ids.length)
  const named = told.get(name) ?? []
  expect(changes.filter(({ outcome }) => !named.includes(outcome))).toEqual([])
  expect(changes.length > 0).toBe(named.length > 0)
}

describe('the tables of docs/ledger.md', () => {
  it('have the events that the ledger has', () => {
    expect([...events.keys()].sort()).toEqual([...tables.keys()].sort())
  })

  it.each([...tables])('%s', async (name, rows) => {
    await server.redis.del(accountKeys(ACCOUNT).history)
    const { differences, hit } = await walk(events.get(name)!, rows)

    expect(differences).toEqual([])
    await expectTold(name)
    expect(rows.filter((row) => !hit.has(row)).map(({ text }) => text)).toEqual([])
  })

  it('name each state that an entity can get into, and no other', () => {
    const named = KINDS.flatMap((kind) => states(kind).map((state) => `${kind}: ${wordsOf(state)}`))

    expect(reachable().sort()).toEqual(named.sort())
  })
})
