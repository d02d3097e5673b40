import { fastify, type FastifyRequest } from 'fastify'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { LoginThrottle } from './login-throttle.ts'

let throttle: LoginThrottle
beforeEach(async () => {
  throttle = await LoginThrottle.create(fastify())
})

const from = (ip: string) => ({ ip, socket: {}, routeOptions: {} }) as unknown as FastifyRequest
const guess = (ip: string, name: string, right = false) =>
  throttle.attempt(from(ip), name, () => (right ? name : undefined))
const guessOften = async (times: number, ip: (at: number) => string, name: (at: number) => string) => {
  for (let at = 0; at < times; at++) await guess(ip(at), name(at))
}

it('makes a peer wait after ten failures, whatever the account, and others not', async () => {
  const names = (at: number) => `name ${at}`
  await guessOften(9, () => '192.0.2.1', names)
  expect(await throttle.waitMs(from('192.0.2.1'))).toBe(0)

  await guessOften(1, () => '192.0.2.1', names)

  expect(await throttle.waitMs(from('192.0.2.1'))).toBeGreaterThan(299_000)
  expect(await guess('192.0.2.1', 'ada', true)).toBeUndefined()
  expect(await guess('192.0.2.2', 'ada', true)).toBe('ada')
})

it('makes an account wait after thirty failures, whoever made them, and others not', async () => {
  const peers = (at: number) => `192.0.2.${at}`
  await guessOften(30, peers, () => 'ada')

  expect(await guess('198.51.100.1', 'ada', true)).toBeUndefined()
  expect(await throttle.waitMs(from('198.51.100.1'), 'ada')).toBeGreaterThan(299_000)
  expect(await guess('198.51.100.1', 'eve', true)).toBe('eve')
})

it('takes no failure back for a success', async () => {
  await guessOften(
    9,
    () => '192.0.2.1',
    () => 'ada',
  )

  expect(await guess('192.0.2.1', 'eve', true)).toBe('eve')
  expect(await guess('192.0.2.1', 'ada', true)).toBe('ada')
  await guess('192.0.2.1', 'ada')

  expect(await throttle.waitMs(from('192.0.2.1'))).toBeGreaterThan(0)
})

it('lets peer and account try again when the window has ended', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  await guessOften(
    10,
    () => '192.0.2.1',
    () => 'ada',
  )

  vi.setSystemTime(Date.now() + 300_000)

  expect(await guess('192.0.2.1', 'ada', true)).toBe('ada')
})

it('judges none of many attempts at once before the failures ahead of it are counted', async () => {
  const attempts = Array.from({ length: 12 }, (_, at) => guess('192.0.2.1', 'ada', at === 11))

  expect(await Promise.all(attempts)).toEqual(attempts.map(() => undefined))
})
