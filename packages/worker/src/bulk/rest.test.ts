import { expect, it } from 'vitest'
import { Rest } from './rest.ts'

const LONG = 60_000
const { signal } = new AbortController()

/** A rest after three looks that saw nothing. */
function idle(): Rest {
  const rest = new Rest(LONG)
  for (let i = 0; i < 3; i++) rest.saw(false)
  return rest
}

it('is short until three looks in a row have seen nothing', async () => {
  const rest = new Rest(LONG)
  for (const something of [false, false, true, false, false]) {
    rest.saw(something)
    await rest.take(1, signal)
  }
  const before = rest.isLong
  rest.saw(false)

  expect([before, rest.isLong]).toEqual([false, true])
})

it('ends when there is something to see, and the next one is short', async () => {
  const rest = idle()
  const taken = rest.take(1, signal)
  rest.wake()
  await taken

  expect(rest.isLong).toBe(false)
})

it('is short when there was something to see since it could have begun', async () => {
  const rest = idle()
  rest.wake()

  await rest.take(1, signal)
})

it('ends with its signal', async () => {
  const stopping = new AbortController()
  const taken = idle().take(1, stopping.signal)
  stopping.abort()

  await taken
})
