import { expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { Release } from '@provisioner/shared/ledger/planned.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import { openRedis } from '../../fixtures/open-redis.ts'
import { STAFF } from '../../fixtures/staff.ts'

const RELEASE: Release = {
  kind: 'group',
  id: 'g1',
  dn: 'cn=g1',
  label: 'Support',
  changed: ['name'],
  operation: 'create group',
  desired: { presence: 'active', name: 'Support' },
}
const { fence } = connectionKeys(STAFF)

it('a release is refused to a cycle that was overtaken, also when Redis has forgotten that it ever began', async () => {
  await using server = await openRedis()
  const before = await CycleLedger.begin(server.redis, STAFF)
  const old = await CycleLedger.begin(server.redis, STAFF)
  await server.redis.set(fence, String(before.cycle))
  await CycleLedger.begin(server.redis, STAFF)

  await expect(old.release([RELEASE])).rejects.toThrow(FencedError)
})

it('a release is refused to a cycle that was overtaken by one that Redis has forgotten, once that one writes', async () => {
  await using server = await openRedis()
  const old = await CycleLedger.begin(server.redis, STAFF)
  const newest = await CycleLedger.begin(server.redis, STAFF)
  await server.redis.set(fence, String(old.cycle))
  await newest.release([RELEASE])

  await expect(old.release([RELEASE])).rejects.toThrow(FencedError)
})
