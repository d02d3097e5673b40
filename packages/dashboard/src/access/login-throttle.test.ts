import { expect, it } from 'vitest'
import { LoginThrottle } from './login-throttle.ts'

it('makes an address wait after ten failures, and others not', () => {
  const throttle = new LoginThrottle(() => 0)

  for (let i = 0; i < 9; i++) throttle.recordFailure('a')
  expect(throttle.waitMs('a')).toBe(0)
  throttle.recordFailure('a')

  expect(throttle.waitMs('a')).toBe(300_000)
  expect(throttle.waitMs('b')).toBe(0)
})

it('lets the address try again when the window has ended', () => {
  let now = 0
  const throttle = new LoginThrottle(() => now)
  for (let i = 0; i < 10; i++) throttle.recordFailure('a')

  now = 300_000

  expect(throttle.waitMs('a')).toBe(0)
  throttle.recordFailure('a')
  expect(throttle.waitMs('a')).toBe(0)
})

it('forgets the failures of an address that logs in', () => {
  const throttle = new LoginThrottle(() => 0)
  for (let i = 0; i < 9; i++) throttle.recordFailure('a')

  throttle.recordSuccess('a')
  throttle.recordFailure('a')

  expect(throttle.waitMs('a')).toBe(0)
})
