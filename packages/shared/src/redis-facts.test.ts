import { describe, expect, it } from 'vitest'
import { describeFacts, readFacts } from './redis-facts.ts'

const REDIS = `# Server
redis_version:7.4.1
redis_mode:standalone
# Memory
used_memory:1572864
maxmemory:0
maxmemory_policy:noeviction
# Persistence
aof_enabled:1
# Replication
role:master
connected_slaves:1
`

const VALKEY = `# Server
redis_version:7.2.4
server_name:valkey
valkey_version:8.0.1
server_mode:cluster
used_memory:1572864
maxmemory:67108864
maxmemory_policy:noeviction
aof_enabled:0
role:master
connected_slaves:2
`

const REPLICA = `redis_version:6.2.0
redis_mode:standalone
role:slave
master_host:10.0.0.2
master_port:6379
connected_slaves:0
`

describe('what a server says of itself', () => {
  it.each([
    [
      'Redis',
      REDIS,
      'Redis 7.4.1, one server, primary with 1 replica, append-only file, noeviction, 1.5 MB, no limit of memory',
    ],
    [
      'Valkey',
      VALKEY,
      'Valkey 8.0.1, a node of a cluster, primary with 2 replicas, no append-only file, noeviction, 1.5 MB of 64.0 MB',
    ],
    ['a replica', REPLICA, 'Redis 6.2.0, one server, replica of 10.0.0.2:6379'],
    ['one that tells nothing', '', 'Redis'],
  ])('is told in one line: %s', (_what, info, line) => {
    expect(describeFacts(readFacts(info.replaceAll('\n', '\r\n')))).toBe(line)
  })

  it('names the Redis that Valkey can do all of', () => {
    expect(readFacts(VALKEY)).toMatchObject({ product: 'Valkey', version: '8.0.1', compatibleWith: '7.2.4' })
  })
})
