import { expect, it } from 'vitest'
import { memoryNeeded } from './memory-needed.ts'

const MB = 2 ** 20

it('says what docs/operations.md says of 100,000 users: some 115 MB in sync, some 350 MB at the worst', () => {
  const { inSync, atMost } = memoryNeeded([{ users: 100_000, memberships: 20_000 }])!

  expect(inSync / MB).toBeCloseTo(109, 0)
  expect(atMost / MB).toBeCloseTo(343, 0)
})

it('adds up the directories that share a Redis, and guesses nothing of none', () => {
  const [one, other] = [
    { users: 10, memberships: 3 },
    { users: 1, memberships: 0 },
  ]

  expect(memoryNeeded([one, other])).toMatchObject({ users: 11, memberships: 3 })
  expect(memoryNeeded([])).toBeUndefined()
})
