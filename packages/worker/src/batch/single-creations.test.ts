import { expect, it } from 'vitest'
import { SingleCreations } from './single-creations.ts'

/** What has been taken so far, in the order it was given. */
function takeAll(lanes: SingleCreations, counts: readonly number[]): number[] {
  const given: number[] = []
  for (const count of counts) void lanes.take(count).then((taken) => given.push(taken))
  return given
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

it('gives twenty lanes at most, in the order they are asked for, and waits for half of them', async () => {
  const lanes = new SingleCreations()
  const given = takeAll(lanes, [15, 20, 3])
  await turn()
  const before = [...given]
  lanes.giveBack(4)
  await turn()
  const tooFew = [...given]
  lanes.giveBack(1)
  await turn()
  const half = [...given]
  lanes.giveBack(3)
  await turn()

  expect([before, tooFew, half, given]).toEqual([[15], [15], [15, 10], [15, 10, 3]])
})

it('is busy while a batch has creations that are not sent', () => {
  const lanes = new SingleCreations()
  const seen = [lanes.isBusy]
  {
    using _unsent = lanes.enter()
    seen.push(lanes.isBusy)
  }
  expect([...seen, lanes.isBusy]).toEqual([false, true, false])
})
