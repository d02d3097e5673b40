import { describe, expect, it } from 'vitest'
import type { RedisFacts } from './redis-facts.ts'
import { fitnessOf } from './redis-fitness.ts'

const FIT: RedisFacts = {
  product: 'Redis',
  version: '7.4.1',
  compatibleWith: '7.4.1',
  mode: 'one server',
  role: 'primary',
  eviction: 'noeviction',
  appendOnlyFile: true,
}
const VALKEY = { product: 'Valkey', version: '8.0.1', compatibleWith: '7.2.4' } as const
const old = (version: string) => ({ version, compatibleWith: version })

describe('fitnessOf', () => {
  it.each<[string, Partial<RedisFacts>, string | undefined, string | undefined]>([
    ['one that keeps all', {}, undefined, undefined],
    ['the oldest', old('6.2.0'), undefined, undefined],
    ['a later one', old('10.0.0'), undefined, undefined],
    ['Valkey', VALKEY, undefined, undefined],
    ['no append-only file', { appendOnlyFile: false }, undefined, 'Redis keeps no append-only file'],
    ['Valkey without one', { ...VALKEY, appendOnlyFile: false }, undefined, 'Valkey keeps no append-only file'],
    ['one that is too old', old('6.0.16'), 'version 6.0.16', undefined],
    ['one that is much too old', { ...old('5.0.9'), appendOnlyFile: false }, 'version 5.0.9', undefined],
    ['one that evicts', { eviction: 'allkeys-lru' }, "maxmemory-policy 'allkeys-lru'", undefined],
    ['a replica', { role: 'replica', replicaOf: 'one:6379' }, 'is a replica of one:6379', undefined],
    ['a Sentinel', { mode: 'sentinel' }, 'Name it under redis.sentinels', undefined],
    ['a node of a cluster', { mode: 'cluster' }, 'Name it under redis.cluster', undefined],
  ])('judges %s', (_what, facts, unfit, warning) => {
    expect(fitnessOf({ ...FIT, ...facts }, { asCluster: false })).toEqual({
      ...(unfit && { unfit: expect.stringContaining(unfit) }),
      ...(warning && { warning: expect.stringContaining(warning) }),
    })
  })

  it('takes a node of a cluster that was named as one', () => {
    expect(fitnessOf({ ...FIT, mode: 'cluster' }, { asCluster: true })).toEqual({})
  })

  it('takes what a hosted Redis does not tell for right', () => {
    expect(fitnessOf({ product: 'Redis' }, { asCluster: false })).toEqual({})
  })
})
