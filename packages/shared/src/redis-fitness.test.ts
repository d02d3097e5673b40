import { describe, expect, it } from 'vitest'
import { fitnessOf } from './redis-fitness.ts'

const info = (version: string, policy: string, aof: string) =>
  `# Server\r\nredis_version:${version}\r\n# Memory\r\nmaxmemory_policy:${policy}\r\n# Persistence\r\naof_enabled:${aof}\r\n`

describe('fitnessOf', () => {
  it.each([
    ['7.4.1', 'noeviction', '1', undefined, undefined],
    ['6.2.0', 'noeviction', '1', undefined, undefined],
    ['10.0.0', 'noeviction', '1', undefined, undefined],
    ['7.4.1', 'noeviction', '0', undefined, 'appendonly yes'],
    ['6.0.16', 'noeviction', '1', 'version 6.0.16', undefined],
    ['5.0.9', 'noeviction', '0', 'version 5.0.9', undefined],
    ['7.4.1', 'allkeys-lru', '1', "maxmemory-policy 'allkeys-lru'", undefined],
    ['7.4.1', 'volatile-ttl', '0', "maxmemory-policy 'volatile-ttl'", undefined],
  ])('judges version %s with %s and append-only %s', (version, policy, aof, unfit, warning) => {
    const fitness = fitnessOf(info(version, policy, aof))

    expect(fitness).toEqual({
      version,
      ...(unfit && { unfit: expect.stringContaining(unfit) }),
      ...(warning && { warning: expect.stringContaining(warning) }),
    })
  })

  it('takes what a hosted Redis does not tell for right', () => {
    expect(fitnessOf('# Server\r\n')).toEqual({ version: '' })
  })
})
