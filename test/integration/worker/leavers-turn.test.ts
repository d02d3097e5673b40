import { afterEach, beforeEach, expect, it } from 'vitest'
import { Lease, type LeaseTerms } from '@provisioner/shared/lease.ts'
import { takeTurn } from '@provisioner/worker/batch/leavers-turn.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'
import { recordingLog } from '../../fixtures/recording-log.ts'
import { until } from '../../fixtures/until.ts'

const KEY = 'leavers-turn'
let server: TestRedis
beforeEach(async () => {
  server = await openRedis()
})
afterEach(() => server[Symbol.asyncDispose]())

/** What batches of one worker have. */
function worker() {
  const { log, lines } = recordingLog()
  const released: string[] = []
  const ports = {
    account: {
      takeLeaversTurn: (terms: LeaseTerms) => Lease.take(server.redis, KEY, terms),
      awaitingTurn: new Set<string>(),
    },
    limits: { releaseJobSlot: async (slot: string) => void released.push(slot) },
    report: { log },
  }
  return { ports, lines, released }
}

it('is waited for by one batch of a worker, which gives its slot back; another one goes later', async () => {
  const { ports, released } = worker()
  const others = (await Lease.take(server.redis, KEY, { token: 'another worker', ms: 600_000 }))!

  const first = { token: 'first', jobSlot: 'slot' }
  const waiting = takeTurn(ports, first)
  const second = await takeTurn(ports, { token: 'second', jobSlot: 'other slot' })
  await until(
    () => released.length > 0,
    10_000,
    () => 'the slot is kept',
  )
  await others.drop()
  await using turn = await waiting
  const owner = await server.redis.get(KEY)

  expect(second).toBeUndefined()
  expect([released, first.jobSlot]).toEqual([['slot'], null])
  expect([turn === undefined, owner]).toEqual([false, 'first'])
  expect(await Lease.take(server.redis, KEY, { token: 'third', ms: 1_000 })).toBeUndefined()
})

it('is asked for again when Redis fails meanwhile', async () => {
  const { ports, lines } = worker()
  await server.redis.call('ACL', 'SETUSER', 'default', 'resetkeys')

  const waiting = takeTurn(ports, { token: 'first', jobSlot: null })
  waiting.catch(() => {})
  await until(
    () => lines.length > 0,
    10_000,
    () => 'nothing has failed',
  )
  await server.redis.call('ACL', 'SETUSER', 'default', 'allkeys')
  await using turn = await waiting

  expect([turn === undefined, await server.redis.get(KEY)]).toEqual([false, 'first'])
})
