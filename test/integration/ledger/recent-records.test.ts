import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { until } from '../../fixtures/until.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'group', id: 'g1' }
const desired = { presence: 'active', name: 'Support' } as const
const intent = { name: 'Support', externalId: null }

/** A group that is open for writing, to a worker of its own connection; `lose` makes Redis forget what came since. */
async function openGroup() {
  const server = await openRedis()
  const worker = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  const key = connectionKeys(connection).entity('group', 'g1')
  const writes = new WriteLedger(worker, { connection, account })
  const cycle = await CycleLedger.begin(server.redis, connection, account)
  const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const
  const [released] = await cycle.release([{ ...about, operation: 'create group', desired }])
  await writes.open([{ ref }], 'lease', 60_000)
  const before = await server.redis.hgetall(key)
  const { revision } = released!
  return {
    writes,
    written: { ref, revision, applied: desired, zendeskId: 7, origin: 'created', suspendedByUs: false } as const,
    fields: () => server.redis.hgetall(key),
    lose: async () => {
      await server.redis.del(key)
      await server.redis.hset(key, before)
      worker.disconnect(true)
    },
    /** Until Redis has the field again. */
    regains: (field: string) =>
      until(
        async () => (await server.redis.hexists(key, field)) === 1,
        5_000,
        () => `'${field}' is still lost`,
      ),
    [Symbol.asyncDispose]: async () => {
      worker.disconnect()
      await server[Symbol.asyncDispose]()
    },
  }
}

describe('in the second that Redis lost', () => {
  it('what was recorded is recorded again as soon as Redis is back', async () => {
    await using group = await openGroup()
    await group.writes.secure([ref], 'lease', 1_000, { intents: [intent] })
    await group.writes.record([group.written], 'lease')
    const recorded = await group.fields()

    await group.lose()
    await group.regains('zendeskId')

    expect(recorded).toMatchObject({ zendeskId: '7', origin: 'created' })
    expect(recorded).not.toHaveProperty('creationSent')
    await expect.poll(group.fields).toEqual({ ...recorded })
  })

  it('a creation that was sent is marked again, or what it made would be taken for somebody else’s', async () => {
    await using group = await openGroup()
    await group.writes.secure([ref], 'lease', 1_000, { intents: [intent] })
    const sent = await group.fields()

    await group.lose()
    await group.regains('creationSent')

    const again = await group.fields()
    expect(JSON.parse(again['creationSent']!)).toEqual({ at: expect.any(Number), ...intent })
    expect({ ...again, creationSent: sent['creationSent'] }).toEqual(sent)
  })

  it('a creation that was refused is not: what somebody else makes later would be taken for ours', async () => {
    await using group = await openGroup()
    await group.writes.secure([ref], 'lease', 1_000, { intents: [intent] })
    await group.writes.letGo([ref], 'lease', { noEffect: true })

    await group.lose()
    await group.regains('sentBy')

    await expect.poll(group.fields).not.toHaveProperty('creationSent')
  })
})
