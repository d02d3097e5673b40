import { expect, it } from 'vitest'
import { describeTime, timeToWrite } from './time-to-write.ts'

const BULK = { perMinute: 560, bulkImportRefused: false }

it.each([
  ['nothing', {}, BULK, 0, 0],
  ['one update', { 'update user': 1 }, BULK, 1, 107],
  ['a full load', { 'create user': 10_000, 'create group': 200, 'add member': 20_000 }, BULK, 700, 90_000],
  ['creations one by one', { 'create user': 2_000 }, { ...BULK, bulkImportRefused: true }, 2_000, 214_286],
  ['a batch', { 'suspend user': 7 }, BULK, 1, 9_000],
  ['groups', { 'rename group': 560 }, BULK, 560, 60_000],
] as const)('%s', (_what, counts, pace, requests, ms) => {
  expect(timeToWrite(counts, pace)).toEqual({ requests, perMinute: 560, ms })
})

it('is told in words, unless there is nothing to write', () => {
  expect(describeTime({ requests: 1200, perMinute: 400, ms: 180_000 })).toBe(
    'Time: about 3 min, for 1200 requests at 400 a minute.',
  )
  expect(describeTime({ requests: 2, perMinute: 160, ms: 18_000 })).toBe(
    'Time: about 18 s, for 2 requests at 160 a minute, and what Zendesk takes for those in bulk.',
  )
  expect(describeTime({ requests: 0, perMinute: 400, ms: 0 })).toBeUndefined()
})
