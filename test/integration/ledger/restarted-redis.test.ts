import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { STAFF } from '../../fixtures/staff.ts'

it('a list of users that Redis was restarted in the middle of is none: it may lack some', async () => {
  await using server = await startRedis({ appendonly: true })
  const redis = new Redis(server.url, { maxRetriesPerRequest: null })
  redis.on('error', () => undefined) // it comes back
  try {
    const ids = Array.from({ length: 20_000 }, (_one, i) => `user-${i}`)
    await redis.hset(connectionKeys(STAFF).listOf('user'), Object.fromEntries(ids.map((id) => [id, ''])))
    const reader = new LedgerReader(redis, STAFF)
    const read = async (onPart?: () => Promise<void>) => {
      const found = new Set<string>()
      for await (const part of reader.ids('user')) {
        for (const id of part) found.add(id)
        if (found.size === part.length) await onPart?.()
      }
      return found.size
    }

    expect(await read()).toBe(ids.length)
    await expect(read(() => server.restart())).rejects.toThrow('Redis was restarted while the ledger was read')
    expect(await read()).toBe(ids.length)
  } finally {
    redis.disconnect()
  }
})
