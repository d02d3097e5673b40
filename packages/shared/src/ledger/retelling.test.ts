import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Retelling } from './retelling.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What a worker tells, and what of it is told again. How safe it is, the test says. */
function open() {
  const redis = Object.assign(new EventEmitter(), { status: 'ready' })
  const durability = { server: 'one', durableBefore: -Infinity }
  const told: string[][] = []
  const lags: number[] = []
  const retelling = new Retelling<string>({
    redis: redis as never,
    tell: async (words) => void told.push([...words]),
    look: async () => ({ ...durability }),
    onLag: (ms) => lags.push(ms),
  })
  const breakOff = async () => {
    redis.emit('close')
    redis.emit('ready')
    await vi.advanceTimersByTimeAsync(1)
  }
  return { redis, retelling, durability, told, lags, breakOff }
}

it('keeps what a replica lacks, however long that lags, and lets it go once it is there', async () => {
  const { retelling, durability, told, breakOff } = open()
  retelling.note('user|u1', 'written')

  await vi.advanceTimersByTimeAsync(10 * 60_000)
  await breakOff()
  durability.durableBefore = performance.now() + 1
  await vi.advanceTimersByTimeAsync(2_000)
  await breakOff()

  expect(told).toEqual([['written']])
})

it('tells again when another server answers, though no connection broke', async () => {
  const { retelling, durability, told } = open()
  retelling.note('user|u1', 'written')
  await vi.advanceTimersByTimeAsync(2_000)

  durability.server = 'two'
  await vi.advanceTimersByTimeAsync(2_000)

  expect(told).toEqual([['written']])
})

it('keeps what it told again, until that is safe where it was told', async () => {
  const { retelling, durability, told, breakOff } = open()
  retelling.note('user|u1', 'written')
  const first = performance.now()
  await vi.advanceTimersByTimeAsync(5_000)
  await breakOff()

  durability.durableBefore = first + 1
  await vi.advanceTimersByTimeAsync(2_000)
  await breakOff()

  expect(told).toEqual([['written'], ['written']])
})

it('says once that a replica lags, and once that it does no more', async () => {
  const { retelling, durability, lags } = open()
  retelling.note('user|u1', 'written')
  durability.durableBefore = performance.now()
  await vi.advanceTimersByTimeAsync(60_000)
  const during = lags.length
  durability.durableBefore = performance.now() - 1
  retelling.note('user|u2', 'written')
  await vi.advanceTimersByTimeAsync(2_000)

  expect([during, lags.length, lags[1]]).toEqual([1, 2, 0])
})

it('lets nobody read on after a break before Redis knows again what it was told', async () => {
  const { redis, retelling, told } = open()
  const readsOn = async () => {
    let isOver = false
    void retelling.caughtUp().then(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(1)
    return isOver
  }
  retelling.note('user|u1', 'written')
  const before = await readsOn()
  redis.emit('close')
  const away = await readsOn()
  const waiting = retelling.caughtUp().then(() => [...told])
  redis.emit('ready')

  expect([before, away, await waiting]).toEqual([true, false, [['written']]])
})

it('lets who waits for a Redis that is given up go on, to hear so', async () => {
  const { redis, retelling } = open()
  redis.emit('close')
  const waiting = retelling.caughtUp()
  redis.status = 'end'
  redis.emit('end')

  await expect(waiting).resolves.toBeUndefined()
})
