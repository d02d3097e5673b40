import { expect, it } from 'vitest'
import { ahead } from './ahead.ts'

async function* source(events: string[], items: number) {
  try {
    for (let at = 1; at <= items; at += 1) {
      events.push(`make ${at}`)
      yield at
    }
  } finally {
    events.push('end')
  }
}

async function consume(events: string[], items: AsyncGenerator<number>) {
  for await (const item of items) {
    await Promise.resolve()
    events.push(`use ${item}`)
  }
}

it('makes the next item while this one is used', async () => {
  const events: string[] = []

  await consume(
    events,
    ahead(source(events, 3), () => false),
  )

  expect(events).toEqual(['make 1', 'make 2', 'use 1', 'make 3', 'use 2', 'end', 'use 3'])
})

it('rests while an item is used that says so', async () => {
  const events: string[] = []

  await consume(
    events,
    ahead(source(events, 3), (item) => item === 2),
  )

  expect(events).toEqual(['make 1', 'make 2', 'use 1', 'use 2', 'make 3', 'end', 'use 3'])
})

it('throws what the source throws, after the items before it', async () => {
  const events: string[] = []
  async function* failing() {
    yield 1
    throw new Error('broken')
  }

  await expect(
    consume(
      events,
      ahead(failing(), () => false),
    ),
  ).rejects.toThrow('broken')
  expect(events).toEqual(['use 1'])
})

it('ends the source of a consumer that leaves early', async () => {
  const events: string[] = []

  for await (const item of ahead(source(events, 9), () => false)) if (item === 2) break

  expect(events).toEqual(['make 1', 'make 2', 'make 3', 'end'])
})
