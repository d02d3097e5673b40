import { describe, expect, it } from 'vitest'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { account, connection, CREATES, openGroup, RECORDS, ref } from '../../fixtures/told-group.ts'

describe('that a group was deleted, which Redis forgot together with its release', () => {
  /** A replica takes over that still has the creation waiting; another worker carries that out once more. */
  async function openDeleted() {
    const team = await openGroup()
    const { writes, cycle, entity, redis, written } = team
    const remembered = await entity.fields()
    await CREATES(team)
    await RECORDS('lease')(team)
    const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const
    const [deletion] = await cycle.release([{ ...about, operation: 'delete group', desired: { presence: 'deleted' } }])
    await writes.open([{ ref: ref }], 'lives', 60_000)
    await writes.record([{ ...written, applied: null, revision: deletion!.revision }], 'lives')
    expect(await entity.isListed()).toBe(false)
    await redis.del(accountKeys(account).owners('group'))
    const { lease: _lease, leaseUntil: _until, ...free } = remembered
    await entity.write({ ...free, seen: 'as before' })
    const other = new WriteLedger(redis, { account, connection })
    await other.open([{ ref: ref }], 'other', 60_000)
    await other.secure([ref], 'other', 1_000, { creations: [{ name: 'Support', externalId: null }] })
    return { ...team, makes: () => other.record([{ ...written, zendeskId: 8 }], 'other') }
  }

  it('forgets no group that another worker makes again meanwhile: the next cycle takes it back', async () => {
    await using team = await openDeleted()

    await team.breakOff()
    await team.makes()

    expect(await team.fields()).toMatchObject({ zendeskId: '8', origin: 'created' })
  })

  it('forgets no group that another worker has made again', async () => {
    await using team = await openDeleted()
    await team.makes()

    await team.breakOff()

    expect(await team.fields()).toMatchObject({ zendeskId: '8', origin: 'created' })
  })
})
