import { describe, expect, it } from 'vitest'
import { canonicalJson } from '@provisioner/shared/desired.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import {
  ABOUT,
  account,
  connection,
  CREATES,
  desired,
  openGroup,
  RECORDS,
  ref,
  type Group,
} from '../../fixtures/told-group.ts'

/** A group that is linked, and that somebody has begun to rename. */
async function openRename() {
  const group = await openGroup()
  await CREATES(group)
  await RECORDS('lease')(group)
  const [released] = await group.cycle.release([
    { ...ABOUT, operation: 'rename group', desired: { presence: 'active', name: 'Help' } },
  ])
  await group.writes.open([{ ref }], 'later', 60_000)
  return { ...group, revision: released!.revision }
}

/** What is sent under one lease, one after the other: the first took effect, the second is refused. */
const SENT_IN_TURN = [
  (group: Group) => group.writes.secure([ref], 'later', 1_000, { sent: [['email']] }),
  (group: Group) => group.writes.secure([ref], 'later', 1_000, { sent: [['phone']] }),
  (group: Group) => group.writes.giveBack([ref], 'later', { noEffect: true }),
]

describe('what the first of two requests sent, of which the second was refused', () => {
  it.each([0, 1, 2, 3])('stays unconfirmed, when Redis remembers %i of the steps', async (kept) => {
    await using group = await openRename()
    for (const step of SENT_IN_TURN.slice(0, kept)) await step(group)
    const remembered = await group.snapshot()
    for (const step of SENT_IN_TURN.slice(kept)) await step(group)
    const { unconfirmed, unconfirmedBefore } = await group.fields()

    await group.restore(remembered)
    await group.breakOff()

    expect([unconfirmed, unconfirmedBefore]).toEqual([undefined, 'email'])
    await expect
      .poll(async () => {
        const now = await group.fields()
        return [now['unconfirmed'], now['unconfirmedBefore']]
      })
      .toEqual([undefined, 'email'])
  })
})

describe('what was done to an object in place of what was asked', () => {
  const instead = { presence: 'active', name: 'Help (2)' } as const
  const record = (group: Group & { revision: number }) =>
    group.writes.record(
      [{ ...group.written, revision: group.revision, applied: instead, origin: null, linkOnly: true }],
      'later',
    )

  it('is told again, though the lease is forgotten as well', async () => {
    await using group = await openRename()
    const remembered = await group.snapshot()
    await record(group)
    await group.writes.giveBack([ref], 'later', { noEffect: true })

    await group.restore(remembered)
    await group.entity.drop('lease', 'leaseUntil')
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['applied']).toBe(canonicalJson(instead))
  })

  it('is not, when somebody else has begun with it since', async () => {
    await using group = await openRename()
    const remembered = await group.snapshot()
    await record(group)

    await group.restore(remembered)
    const theirs = { lease: 'w2.a', leaseUntil: '9'.repeat(13), sentBy: 'w2.a', unconfirmed: 'name' }
    await group.entity.set(theirs)
    await group.breakOff()

    expect((await group.fields())['applied']).toBe(canonicalJson(desired))
  })
})

describe('what was sent, and nobody knows whether it took effect', () => {
  it('is written again when Redis forgets its release as well, whatever the directory wants by then', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)
    const remembered = await group.snapshot()
    const { pending } = connectionKeys({ account, connection })
    await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired: { presence: 'active', name: 'Help' } }])
    await group.writes.open([{ ref }], 'later', 60_000)
    await group.writes.secure([ref], 'later', 1_000, { sent: [['name']] })
    await group.writes.giveBack([ref], 'later')

    await group.restore(remembered)
    await group.redis.zrem(pending, 'group|g1')
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['unconfirmed']).toBe('name')
    const { revision, appliedRevision, desired: wanted } = await group.fields()
    expect(Number(appliedRevision)).toBeLessThan(Number(revision))
    expect(JSON.parse(wanted!)).toEqual(desired)
    expect(await group.redis.zscore(pending, 'group|g1')).not.toBeNull()
  })
})

describe('what was written and is forgotten', () => {
  const help = { presence: 'active', name: 'Help' } as const
  const rename = async (group: Group & { revision: number }) => {
    await group.writes.secure([ref], 'later', 1_000, { sent: [['name']] })
    await group.writes.record([{ ...group.written, revision: group.revision, applied: help, origin: null }], 'later')
  }

  /** The directory has taken it back, and another worker finds nothing to be written. */
  const takeBack = async (group: Group) => {
    const [back] = await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired }])
    const other = new WriteLedger(group.redis, { account, connection })
    await other.record([{ ...group.written, revision: back!.revision, applied: desired, origin: null }], 'w2.a')
  }

  it('is unconfirmed and written again, when somebody took the old value for what is there meanwhile', async () => {
    await using group = await openRename()
    const remembered = await group.snapshot()
    await rename(group)

    await group.restore(remembered)
    await takeBack(group)
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['unconfirmedBefore']).toBe('name')
    const { revision, appliedRevision } = await group.fields()
    expect(Number(appliedRevision)).toBeLessThan(Number(revision))
  })

  it('is told, and not what an older bulk write records after it that was settled before', async () => {
    await using group = await openRename()
    const remembered = await group.snapshot()
    await rename(group)
    await group.writes.record([group.written], 'bulk of a killed worker')

    await group.restore(remembered)
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['applied']).toBe(canonicalJson(help))
    expect(await group.fields()).toMatchObject({ origin: 'created', appliedRevision: String(group.revision) })
  })

  it('is unconfirmed all the same, when it was recorded twice', async () => {
    await using group = await openRename()
    const remembered = await group.snapshot()
    await rename(group)
    await group.writes.record([{ ...group.written, revision: group.revision, applied: help, origin: null }], 'later')

    await group.restore(remembered)
    await takeBack(group)
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['unconfirmedBefore']).toBe('name')
  })

  it('has the next cycle plan the entity, when the release is forgotten as well', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)
    const remembered = await group.snapshot()
    const [released] = await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired: help }])
    await group.writes.open([{ ref }], 'later', 60_000)
    await rename({ ...group, revision: released!.revision })

    await group.restore(remembered)
    await group.entity.set({ seen: 'as before' })
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['applied']).toBe(canonicalJson(help))
    expect(await group.entity.get('seen')).toBeNull()
  })

  it('is told before the entity is opened again, though that is asked for while Redis is away', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)
    const broken = group.broken()
    await group.lose()
    await broken

    const [verdict] = await group.writes.open([{ ref }], 'lease', 60_000)

    expect(verdict!.status).toBe('done')
  })

  it('is entered when the entity was forgotten while it was made, so that it does not outlive its entry', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await group.entity.forget()
    await group.breakOff()

    await RECORDS('lease')(group)

    expect(await group.fields()).toMatchObject({ label: 'Support', origin: 'created', zendeskId: '7' })
    expect(await group.entity.isListed()).toBe(true)
  })

  it('is entered again when the entity itself is forgotten, so that nobody makes it a second time', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)
    // The release came after what the replica had.
    await group.entity.forget()
    await group.redis.del(accountKeys(account).owners('group'))
    await group.breakOff()

    await expect.poll(async () => (await group.fields())['zendeskId']).toBe('7')
    expect(await group.fields()).toMatchObject({
      label: 'Support',
      origin: 'created',
      applied: canonicalJson(desired),
    })
    expect(await group.redis.hget(accountKeys(account).owners('group'), '7')).toBe('staff|g1')
    expect(await group.entity.isListed()).toBe(true)
  })
})
