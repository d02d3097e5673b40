import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SingleCreations } from './single-creations.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

/** What has been taken so far, in the order it was given. */
function takeAll(creations: SingleCreations, counts: readonly number[]): number[] {
  const given: number[] = []
  for (const count of counts) void creations.take(count).then((taken) => given.push(taken))
  return given
}

it('gives forty places at most, in the order they are asked for, and waits for half of them', async () => {
  const creations = new SingleCreations()
  const given = takeAll(creations, [25, 40, 3])
  await turn()
  const before = [...given]
  creations.giveBack(4)
  await turn()
  const tooFew = [...given]
  creations.giveBack(1)
  await turn()
  const half = [...given]
  creations.giveBack(3)
  await turn()

  expect([before, tooFew, half, given]).toEqual([[25], [25], [25, 20], [25, 20, 3]])
})

it('gives twenty lanes, and the next one as soon as one is left', async () => {
  const creations = new SingleCreations()
  const lanes: Disposable[] = []
  for (let i = 0; i < 21; i++) void creations.lane().then((lane) => lanes.push(lane))
  await turn()
  const atOnce = lanes.length
  lanes[0]![Symbol.dispose]()
  await turn()

  expect([atOnce, lanes.length]).toEqual([20, 21])
})

it('has as many jobs pulled as went out lately in five seconds, from 20 to 100', async () => {
  const creations = new SingleCreations()
  const send = async (count: number) => {
    for (let i = 0; i < count; i++) (await creations.lane())[Symbol.dispose]()
  }
  const worth = [creations.worthPulling]
  await send(45)
  worth.push(creations.worthPulling)
  vi.advanceTimersByTime(5_000)
  worth.push(creations.worthPulling)
  await send(150)
  worth.push(creations.worthPulling)
  vi.advanceTimersByTime(10_000)
  worth.push(creations.worthPulling)

  expect(worth).toEqual([20, 45, 45, 100, 20])
})

it('is busy while a batch has creations without a place', () => {
  const creations = new SingleCreations()
  const seen = [creations.isBusy]
  {
    using _unsent = creations.enter()
    seen.push(creations.isBusy)
  }
  expect([...seen, creations.isBusy]).toEqual([false, true, false])
})
