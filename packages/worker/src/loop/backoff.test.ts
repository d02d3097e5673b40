import { describe, expect, it } from 'vitest'
import { backoffMs, RetryError } from './backoff.ts'

describe('backoffMs', () => {
  it.each([
    // attempts, random → ms
    [1, 0, 500],
    [1, 0.999999, 1_000],
    [4, 0, 4_000],
    [9, 0, 128_000],
    [30, 0, 150_000],
    [30, 0.999999, 300_000],
  ])('after %i attempts with random %d waits %i ms', (attempts, random, ms) => {
    expect(backoffMs(attempts, new Error('x'), random)).toBe(ms)
  })

  it('waits for what Zendesk asked for', () => {
    expect(backoffMs(1, new RetryError('503', 17_000), 0)).toBe(17_000)
    expect(backoffMs(3, new RetryError('reset'), 0)).toBe(2_000)
  })
})
