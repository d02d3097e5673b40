import { expect, it } from 'vitest'
import { takeSlots, type NoSlot, type Slot } from './take-slots.ts'

const slot: Slot = { jobSlot: 'one', release: async () => {} }
const none: NoSlot = { waitMs: 7, because: 'job statuses' }
const lost = new Error('Connection is closed')

it.each<[string, (Slot | NoSlot | Error)[], { slots: Slot[]; refusals: NoSlot[] } | Error]>([
  ['all are granted', [slot, slot], { slots: [slot, slot], refusals: [] }],
  ['some are refused', [slot, none], { slots: [slot], refusals: [none] }],
  ['some fail: those that were granted count', [lost, slot, none], { slots: [slot], refusals: [none] }],
  ['none is granted and one fails', [none, lost], lost],
  ['all are refused', [none, none], { slots: [], refusals: [none, none] }],
])('%s', async (_case, answers, result) => {
  const left = [...answers]
  const taken = takeSlots(answers.length, async () => {
    const next = left.shift()!
    if (next instanceof Error) throw next
    return next
  })

  if (result instanceof Error) await expect(taken).rejects.toBe(result)
  else expect(await taken).toEqual(result)
})
