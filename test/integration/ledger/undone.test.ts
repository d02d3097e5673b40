import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { exportLedger } from '@provisioner/shared/ledger/transfer/export-ledger.ts'
import { checkLedgerFile, importLedger } from '@provisioner/shared/ledger/transfer/import-ledger.ts'
import { UndoneChanges, type Kept, type Undone } from '@provisioner/shared/ledger/undone.ts'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { historyEvents } from '../../fixtures/history-events.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'
import { until } from '../../fixtures/until.ts'

const { connection } = STAFF

let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => server.redis.flushall())

const by = { by: 'ada@host', at: 1, of: 'change 1' }
const undone = (kept: Record<string, Kept>): Undone => ({ dn: 'uid=kim', label: 'kim', kept })
const phone = undone({ phone: { ...by, to: '+441' } })
const active = undone({ presence: { ...by, to: 'active' } })
const about = (member: string) => ({ ...parseEntityMember(member), label: 'kim', dn: 'uid=kim' })
const undoOf = (member: string) => ({ type: 'undo', connection, by: 'ada', about: about(member), undo: '1' }) as const
const endOf = (member: string) =>
  ({ type: 'release-undo', connection, by: 'ada', about: about(member), undo: '1' }) as const
const changes = () => {
  const own = new UndoneChanges(server.redis, STAFF)
  return {
    keep: (undone: ReadonlyMap<string, Undone>) => own.keep(undone, (member) => [undoOf(member)]),
    letGo: (entities: readonly EntityName[]) => own.letGo(entities, endOf),
    letAllGo: () => own.letAllGo(endOf),
  }
}
const told = async () =>
  (await historyEvents(server.redis, STAFF.account)).map((one) => ('about' in one ? [one.type, one.about?.id] : []))
const stored = async () => Object.fromEntries((await new LedgerReader(server.redis, STAFF).storedUndone()).values)
const KIM = 'user|u1'

it('what is undone of somebody is kept beside what was before, and of one thing the newest', async () => {
  await changes().keep(new Map([[KIM, phone]]))
  await changes().keep(new Map([[KIM, active]]))
  await changes().keep(new Map([[KIM, undone({ phone: { ...by, to: '+449' } })]]))

  expect(await stored()).toEqual({ [KIM]: undone({ phone: { ...by, to: '+449' }, presence: { ...by, to: 'active' } }) })
})

it('what nobody can read makes room for what is undone now, and is let go like any other', async () => {
  const { undone: key } = connectionKeys(STAFF)
  await server.redis.hset(key, { [KIM]: 'no JSON', 'user|u2': 'no JSON' })

  await changes().keep(new Map([[KIM, phone]]))
  const gone = await changes().letGo([{ kind: 'user', id: 'u2' }])

  expect([await stored(), [...gone]]).toEqual([{ [KIM]: phone }, [['user|u2', undefined]]])
})

it('a cycle notes nothing over what an admin has done since it read', async () => {
  await changes().keep(new Map([[KIM, phone]]))
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const met = undone({ phone: { ...by, to: '+441', said: 'x' } })
  await changes().letGo([{ kind: 'user', id: 'u1' }])

  const late = await cycle.noteUndone([{ member: KIM, before: phone, after: met }])
  await changes().keep(new Map([[KIM, phone]]))
  const inTime = await cycle.noteUndone([{ member: KIM, before: phone, after: met }])

  expect([late, inTime, await stored()]).toEqual([[false], [true], { [KIM]: met }])
})

it('an older cycle notes nothing', async () => {
  await changes().keep(new Map([[KIM, phone]]))
  const older = await CycleLedger.begin(server.redis, STAFF)
  await CycleLedger.begin(server.redis, STAFF)

  await expect(older.noteUndone([{ member: KIM, before: phone, after: undefined }])).rejects.toThrow(/newer cycle/)
  expect(await stored()).toEqual({ [KIM]: phone })
})

it('all of it can be let go, and goes as a whole where it is no hash', async () => {
  await changes().keep(new Map([[KIM, phone]]))
  const count = await changes().letAllGo()
  await server.redis.set(connectionKeys(STAFF).undone, 'something else')
  const whole = await changes().letAllGo()

  expect([count, whole, await server.redis.exists(connectionKeys(STAFF).undone)]).toEqual([1, 1, 0])
})

it('goes with a ledger that is exported and imported', async () => {
  await changes().keep(new Map([[KIM, active]]))
  const lines: string[] = []
  for await (const line of exportLedger(server.redis, STAFF.account)) lines.push(line.trimEnd())
  await server.redis.flushall()
  const { header } = await checkLedgerFile(each(lines))
  await importLedger(server.redis, STAFF.account, each(lines), header)

  expect(await stored()).toEqual({ [KIM]: active })
})

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

it('what some hand has written otherwise counts as what nobody can read, and is replaced', async () => {
  const { undone: key } = connectionKeys(STAFF)
  await server.redis.hset(key, KIM, JSON.stringify(active, null, 1))

  const { values, unreadable } = await new LedgerReader(server.redis, STAFF).storedUndone()
  await changes().keep(new Map([[KIM, phone]]))

  expect([values.size, unreadable]).toEqual([0, [{ key, field: KIM, why: expect.stringContaining('is not as it is') }]])
  expect(await stored()).toEqual({ [KIM]: phone })
})

it('what is kept and let go is told in the step that does it, once for each', async () => {
  const both = new Map(['user|u1', 'user|u2'].map((member) => [member, phone]))
  const scripts: string[][] = []
  const watcher = await server.redis.monitor()
  watcher.on('monitor', (_time: string, args: string[], source: string) => source === 'lua' && scripts.push(args))
  const commands = () => scripts.map(([command]) => command!.toUpperCase()).filter((one) => /HSET|HDEL|XADD/.test(one))

  await changes().keep(both)
  await changes().letGo([parseEntityMember('user|u2'), parseEntityMember('user|u3')])
  await changes().letAllGo()
  await until(
    () => commands().length >= 8,
    5_000,
    () => commands().join(),
  )
  watcher.disconnect()

  // each of them by a script, the event behind what it tells of
  expect(commands()).toEqual(['HSET', 'XADD', 'HSET', 'XADD', 'HDEL', 'XADD', 'HDEL', 'XADD'])
  expect([await stored(), await told()]).toEqual([
    {},
    [
      ['undo', 'u1'],
      ['undo', 'u2'],
      ['release-undo', 'u2'],
      ['release-undo', 'u1'],
    ],
  ])
})

it('a cycle tells what it lets go of in the same step, and nothing of what was changed meanwhile', async () => {
  await changes().keep(new Map([[KIM, phone]]))
  const cycle = await CycleLedger.begin(server.redis, STAFF)
  const end = { member: KIM, after: undefined, events: [endOf(KIM)] }

  const done = await cycle.noteUndone([
    { ...end, before: active },
    { ...end, before: phone },
  ])

  expect([done, await told()]).toEqual([
    [false, true],
    [
      ['undo', 'u1'],
      ['release-undo', 'u1'],
    ],
  ])
})

it('is kept where some hand has left something else in the place of the history', async () => {
  await server.redis.set(accountKeys(STAFF.account).history, 'something else')

  await changes().keep(new Map([[KIM, phone]]))

  expect(await stored()).toEqual({ [KIM]: phone })
})
