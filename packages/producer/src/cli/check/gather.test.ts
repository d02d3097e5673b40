import { expect, it } from 'vitest'
import type { Finding } from './finding.ts'
import { gather } from './gather.ts'

const fine: Finding = { level: 'ok', about: 'server', what: 'There it is' }

it('keeps what was found before something goes wrong, and tells that as well', async () => {
  const found = await gather(async (_signal, tell) => {
    tell(fine)
    throw new TypeError('a mistake of ours')
  }, 10_000)

  expect(found).toEqual([
    fine,
    { level: 'failed', about: 'it', what: expect.stringContaining('TypeError: a mistake of ours'), todo: 'Report it' },
  ])
})

it('leaves what does not end behind, and takes nothing of it any more', async () => {
  const { promise: never } = Promise.withResolvers<void>()
  let tellLate = () => {}
  let isAborted = false
  const found = await gather(async (signal, tell) => {
    tell(fine)
    signal.addEventListener('abort', () => (isAborted = true))
    tellLate = () => tell(fine)
    await never
  }, 20)
  tellLate()

  expect(found).toEqual([fine, expect.objectContaining({ level: 'failed', about: 'deadline' })])
  expect(isAborted).toBe(true)
})
