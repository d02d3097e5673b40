import { expect, it } from 'vitest'
import { atOnce, partsOf } from './at-once.ts'

it('works on so many at once and no more, and gives the results in the order of the items', async () => {
  const waiting: (() => void)[] = []
  const begun: number[] = []
  const all = atOnce([1, 2, 3, 4], 2, async (item) => {
    begun.push(item)
    await new Promise<void>((resolve) => waiting.push(resolve))
    return item * 10
  })
  const first = [...begun]
  waiting[1]!()
  for (let i = 0; i < 4; i++) {
    waiting[i]?.()
    await new Promise((resolve) => setImmediate(resolve))
  }

  expect(first).toEqual([1, 2])
  expect(await all).toEqual([10, 20, 30, 40])
})

it('fails with the first that fails, and begins nothing after it', async () => {
  const begun: number[] = []
  const all = atOnce([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item)
    if (item > 1) throw new Error(`failed at ${item}`)
  })

  await expect(all).rejects.toThrow('failed at 2')
  expect(begun).toEqual([1, 2, 3])
})

it('parts a list', () => {
  expect([partsOf([1, 2, 3], 2), partsOf([], 2)]).toEqual([[[1, 2], [3]], []])
})
