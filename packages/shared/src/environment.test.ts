import { describe, expect, it } from 'vitest'
import { healthAddressOf, logLevelOf } from './environment.ts'

describe('logLevelOf', () => {
  it.each([
    [undefined, 'info'],
    ['', 'info'],
    ['  ', 'info'],
    ['debug', 'debug'],
    ['silent', 'silent'],
  ])('takes %j for %s', (LOG_LEVEL, expected) => {
    expect(logLevelOf({ LOG_LEVEL }, 'info')).toBe(expected)
  })

  it.each(['loud', 'INFO', '30'])('refuses %j, and says what there is', (LOG_LEVEL) => {
    expect(() => logLevelOf({ LOG_LEVEL }, 'info')).toThrow(
      `LOG_LEVEL is '${LOG_LEVEL}'; give one of trace, debug, info, warn, error, fatal, silent, or leave it unset`,
    )
  })
})

describe('healthAddressOf', () => {
  it.each([
    [{}, { host: '0.0.0.0', port: 9101 }],
    [
      { HEALTH_HOST: '', HEALTH_PORT: '' },
      { host: '0.0.0.0', port: 9101 },
    ],
    [
      { HEALTH_HOST: '127.0.0.1', HEALTH_PORT: '0' },
      { host: '127.0.0.1', port: 0 },
    ],
  ])('takes %j for %j', (env, expected) => {
    expect(healthAddressOf(env, 9101)).toEqual(expected)
  })

  it.each(['x', '-1', '65536', '1e3', '80.5'])('refuses the port %j', (HEALTH_PORT) => {
    expect(() => healthAddressOf({ HEALTH_PORT }, 9101)).toThrow(`HEALTH_PORT is '${HEALTH_PORT}'; give a port`)
  })
})
