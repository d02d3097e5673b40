import { expect, it } from 'vitest'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { append } from '@provisioner/history/events/append.ts'
import { recentEvents } from '@provisioner/producer/cli/history/recent-events.ts'
import { changeOf, rowsOf } from '../../fixtures/history-rows.ts'
import { sqliteServer } from '../../fixtures/open-histories.ts'

const DAY = 86_400_000
const who = { account: 'acme', connection: 'staff', kind: 'user', id: 'id-1' } as const
const keep = 400 * DAY

it('tells what was done about somebody in the last 90 days, and nothing of before or of others', async () => {
  await using server = await sqliteServer()
  await using history = await server.open()
  await migrate(history)
  const now = Date.now()
  const old = changeOf(1, { at: now - 91 * DAY, revision: 1 })
  await append(history.database, 'acme', rowsOf([old, changeOf(1, { at: now }), changeOf(2, { at: now })]))

  const recent = await recentEvents({ url: `sqlite:${history.where}`, keep }, who)

  expect(recent).toMatchObject({ status: 'told', events: [{ seq: 2, operation: 'update user' }] })
})

it('says why where the history can not be read, and is empty where there is none yet', async () => {
  const away = await recentEvents({ url: 'postgres://u@127.0.0.1:1/h', keep }, who)

  expect(away).toMatchObject({ status: 'not told', why: expect.stringContaining('ECONNREFUSED') })
  expect(await recentEvents({ url: 'sqlite:/nowhere/history.db', keep }, who)).toEqual({ status: 'told', events: [] })
  expect(await recentEvents('off', who)).toEqual({ status: 'told', events: [] })
})
