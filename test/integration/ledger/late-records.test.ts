import { expect, it } from 'vitest'
import type { EntityRef } from '@provisioner/shared/entity.ts'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import type { Written } from '@provisioner/shared/ledger/written.ts'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { openRedis } from '../../fixtures/open-redis.ts'

const [connection, account] = ['staff', 'acme']
const ref: EntityRef = { connection, kind: 'user', id: 'u1' }
const seen = { presence: 'suspended', attributes: { name: 'Ada' } } as const

/** A user whose suspension is released, and leased. */
async function openUser() {
  const server = await openRedis()
  const writes = new WriteLedger(server.redis, { connection, account })
  const cycle = await CycleLedger.begin(server.redis, { account, connection })
  const about = { kind: 'user', id: 'u1', dn: 'uid=ada', label: 'ada', changed: ['suspended'] } as const
  const desired = { ...seen, createOnly: [], tagsMode: 'merge' } as const
  const release = async () => (await cycle.release([{ ...about, operation: 'suspend user', desired }]))[0]!.revision
  const revision = await release()
  await writes.open([{ ref }], 'lease', 60_000)
  const entity = entityInRedis(server.redis, { account, connection }, 'user', 'u1')
  const written: Written = { ref, revision, applied: seen, zendeskId: 7, origin: 'created', suspendedByUs: true }
  return {
    writes,
    release,
    redis: server.redis,
    entity,
    fields: entity.fields,
    written,
    link: { ...written, origin: 'adopted', suspendedByUs: false, linkOnly: true } satisfies Written,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

it('what was only read in Zendesk is recorded by whoever holds the entity, and by nobody else', async () => {
  await using user = await openUser()
  const before = await user.fields()

  const late = await user.writes.record([user.link], 'an-older-lease')
  const after = await user.fields()
  const held = await user.writes.record([user.link], 'lease')

  expect([late.answers, after]).toEqual([['stale'], before])
  expect(held.answers).toEqual(['applied'])
  expect(await user.fields()).toMatchObject({ zendeskId: '7', origin: 'adopted', suspendedByUs: '0' })
})

it('whom we created stays ours, whoever finds them first, and whoever says it first', async () => {
  await using first = await openUser()
  await first.writes.record([first.written], 'lease')
  await first.entity.set({ lease: 'another' })
  await first.writes.record([first.link], 'another')

  await using late = await openUser()
  await late.writes.record([{ ...late.written, origin: 'adopted', suspendedByUs: false }], 'another')
  await late.writes.record([late.written], 'lease')

  expect(await first.fields()).toMatchObject({ origin: 'created', suspendedByUs: '1' })
  expect(await late.fields()).toMatchObject({ origin: 'created', suspendedByUs: '1' })
})

it('the deletion of one who was forgotten since does not unlink the one who has their id now', async () => {
  await using user = await openUser()
  await user.entity.forget()
  const revision = await user.release()
  await user.entity.set({ zendeskId: '8' })

  const { answers } = await user.writes.record([{ ...user.written, applied: null, zendeskId: null }], 'lease')

  expect(revision).toBeGreaterThan(user.written.revision)
  expect(answers).toEqual(['stale'])
  expect(await user.fields()).toHaveProperty('zendeskId', '8')
})

it('a creation of whom Redis has forgotten, and who is released anew, is recorded: they are ours', async () => {
  await using user = await openUser()
  await user.entity.forget()
  await user.release()

  await user.writes.record([user.written], 'lease')

  expect(await user.fields()).toMatchObject({ zendeskId: '7', origin: 'created', suspendedByUs: '1' })
})

it('a bulk update that ends after a newer write, since Redis forgot it, leaves in doubt what it named', async () => {
  await using user = await openUser()
  await user.writes.record([{ ...user.written, revision: user.written.revision - 1 }], 'created')
  await user.writes.record([user.written], 'lease')
  const before = await user.fields()
  const late = { ...user.written, revision: user.written.revision - 1, late: ['suspended', 'name'] }

  await user.writes.record([late], 'a-bulk-write')
  const [verdict] = await user.writes.open([{ ref }], 'next', 60_000)

  expect(before['appliedRevision']).toBe(before['revision'])
  expect(verdict).toMatchObject({ status: 'open', record: { unconfirmed: ['suspended', 'name'], suspendedByUs: true } })
  expect(await user.redis.zscore(connectionKeys({ account, connection }).pending, 'user|u1')).not.toBeNull()
})
