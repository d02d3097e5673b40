import { untilTold } from '@provisioner/producer/cli/undo/until-told.ts'
import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'

const { history } = accountKeys('acme')
let server: TestRedis
beforeAll(async () => {
  server = await openRedis()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.redis.flushall()
  await noteEvent(server.redis, 'acme', { type: 'pause', scope: 'all', by: 'ada@host' })
})

it('an undo waits until the history has what happened before it, and for nothing that comes later', async () => {
  const [[id]] = (await server.redis.xrange(history, '-', '+')) as [[string, string[]]]
  await server.redis.xadd(history, `${Date.now() + 3_600_000}-0`, 'event', '{}')
  const waiting = untilTold(server.redis, 'acme')
  await server.redis.xdel(history, id)

  expect([await waiting, await server.redis.xlen(history)]).toEqual([undefined, 1])
})

it('fails where nobody takes it in, and says since when it is missing', async () => {
  await expect(untilTold(server.redis, 'acme', 100)).rejects.toThrow(
    /^Nothing is undone: the history has not taken in what happened since .* UTC/,
  )
})

it('waits for no stream that some hand has replaced', async () => {
  await server.redis.set(history, 'no stream')

  expect(await untilTold(server.redis, 'acme')).toBeUndefined()
})
