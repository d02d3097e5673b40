import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { changed, env, mistakesOf } from './config.fixture.ts'
import { parseConfig } from './load-config.ts'
import { serversOf } from './redis.ts'

/** The example with another section for Redis. */
function withRedis(redis: unknown): string {
  return changed(['redis:\n  url: "${env:REDIS_URL}"\n', stringify({ redis })])
}

const SENTINELS = { sentinels: ['one:26379', '[::1]:26379'], name: 'mymaster' }
const CLUSTER = { cluster: ['one:6379', '10.0.0.2:6379'] }
const folder = mkdtempSync(join(tmpdir(), 'provisioner-redis-config-'))
const noCertificate = join(folder, 'empty.pem')
writeFileSync(noCertificate, 'nothing\n')

describe('redis', () => {
  it.each([
    ['one server', { url: 'redis://user:secret@one:6379/1' }, 'one:6379'],
    ['one server with TLS', { url: 'rediss://one:6379', tls: { verify: false } }, 'one:6379'],
    ['Sentinels', SENTINELS, "'mymaster' of the Sentinels one:26379, [::1]:26379"],
    [
      'Sentinels with all that they take',
      { ...SENTINELS, user: 'ada', password: 'p', sentinelPassword: 's', database: 1, tls: {} },
      "'mymaster' of the Sentinels one:26379, [::1]:26379",
    ],
    ['a cluster', CLUSTER, 'the cluster of one:6379, 10.0.0.2:6379'],
    ['a cluster with a password', { ...CLUSTER, password: 'p', tls: {} }, 'the cluster of one:6379, 10.0.0.2:6379'],
  ])('may be %s', (_what, redis, servers) => {
    const config = parseConfig(withRedis(redis), { path: 'provisioner.yaml', env })

    expect(config.redis).toMatchObject('tls' in redis ? { ...redis, tls: { verify: true, ...redis.tls } } : redis)
    expect(serversOf(config.redis)).toBe(servers)
  })

  it.each([
    ['nothing', {}, 'redis.url', 'either url, or sentinels and name, or cluster'],
    ['two forms', { url: 'redis://one', ...CLUSTER }, 'redis.cluster', 'either url, or sentinels and name, or cluster'],
    ['Sentinels without a name', { sentinels: ['one:26379'] }, 'redis.name', 'the name that the Sentinels have'],
    ['a name alone', { name: 'mymaster' }, 'redis', 'either url, or sentinels and name, or cluster'],
    ['a name for a cluster', { ...CLUSTER, name: 'mymaster' }, 'redis.name', 'only with sentinels'],
    ['a password beside an address', { url: 'redis://one', password: 'p' }, 'redis.password', 'a part of url'],
    ['a database beside an address', { url: 'redis://one', database: 1 }, 'redis.database', 'a part of url'],
    ['a database of a cluster', { ...CLUSTER, database: 1 }, 'redis.database', 'a cluster has database 0 alone'],
    ['a user without a password', { ...CLUSTER, user: 'ada' }, 'redis.password', 'user and password together'],
    ['TLS for an address without', { url: 'redis://one', tls: {} }, 'redis.tls', 'redis:// is not encrypted'],
    ['a node without a port', { cluster: ['one'] }, 'redis.cluster[0]', 'host:port'],
    ['a node with a port that there is not', { cluster: ['one:70000'] }, 'redis.cluster[0]', 'host:port'],
    ['a node that is an address', { cluster: ['redis://one:6379'] }, 'redis.cluster[0]', 'host:port'],
    ['a node with a password', { cluster: ['ada:hunter2@one:6379'] }, 'redis.cluster[0]', 'keys of their own'],
    ['no nodes', { cluster: [] }, 'redis.cluster', 'at least 1 item'],
    ['a certificate that is missing', { ...CLUSTER, tls: { caFile: '/nowhere.pem' } }, 'redis.tls.caFile', 'not exist'],
    ['a file without one', { ...CLUSTER, tls: { caFile: noCertificate } }, 'redis.tls.caFile', 'no certificate'],
  ])('is no mixture: %s', (_what, redis, key, allowed) => {
    const error = mistakesOf(withRedis(redis))

    expect(error.mistakes).toEqual([expect.objectContaining({ key, allowed: expect.stringContaining(allowed) })])
    expect(error.message).not.toContain('hunter2')
  })

  it('is told as one mistake where a key is misspelt', () => {
    expect(mistakesOf(withRedis({ sentinel: ['one:26379'], name: 'mymaster' })).mistakes).toEqual([
      expect.objectContaining({ key: 'redis.sentinel', allowed: "did you mean 'sentinels'?" }),
    ])
  })

  it.each(['password', 'sentinelPassword'])('has %s by reference: one in plain text is warned of', (key) => {
    const warned: string[] = []

    parseConfig(withRedis({ ...SENTINELS, [key]: 'hunter2' }), {
      path: 'provisioner.yaml',
      env,
      warn: (one) => warned.push(one.key),
    })
    parseConfig(withRedis({ ...SENTINELS, [key]: '${env:LDAP_PASSWORD}' }), {
      path: 'provisioner.yaml',
      env,
      warn: () => expect.unreachable(),
    })

    expect(warned).toEqual([`redis.${key}`])
  })
})
