import { describe, expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import {
  ABOUT,
  account,
  connection,
  CREATES,
  CREATES_IN_BULK,
  creation,
  desired,
  openGroup,
  RECORDS,
  ref,
  bulk,
  type Group,
} from '../../fixtures/told-group.ts'

/** A replica takes over that knows nothing of the group, not even its release. */
async function failOver(group: Group): Promise<void> {
  await group.redis.flushall()
  await group.breakOff()
}

const HELP = { presence: 'active', name: 'Help' } as const

const RENAMES = async ({ writes, cycle, written }: Group) => {
  const [released] = await cycle.release([{ ...ABOUT, operation: 'rename group', desired: HELP }])
  await writes.open([{ ref }], 'later', 60_000)
  await writes.secure([ref], 'later', 1_000, { sent: [['name']] })
  const { revision } = released!
  await writes.record([{ ...written, revision, applied: HELP, origin: null }], 'later')
}

describe('what was created, told to a Redis that forgot it together with its release', () => {
  it('is known as made by us, whatever was written of it since', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)
    await RENAMES(group)

    await failOver(group)

    expect(await group.fields()).toMatchObject({ zendeskId: '7', origin: 'created', dn: '', label: 'Help' })
  })

  it('is known as made by us when it was found first, since the answer was lost, and written after that', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await group.writes.record([{ ...group.written, linkOnly: true }], 'lease')
    await group.writes.secure([ref], 'lease', 1_000, { sent: [['name']] })
    await group.writes.record([{ ...group.written, origin: null }], 'lease')

    await failOver(group)

    expect(await group.fields()).toMatchObject({ zendeskId: '7', origin: 'created' })
  })

  it('is not taken for ours because another object was, which had the same entry', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)
    await group.writes.open([{ ref }], 'later', 60_000)
    const found = { ...group.written, revision: group.written.revision + 1, zendeskId: 8, origin: null }
    await group.writes.record([found], 'later')

    await failOver(group)

    expect(await group.fields()).toMatchObject({ zendeskId: '8' })
    expect(await group.fields()).not.toHaveProperty('origin')
  })

  it('is known as made by us though a full cycle has found it in Zendesk before it was told', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await RECORDS('lease')(group)

    await group.redis.flushall()
    const cycle = await CycleLedger.begin(group.redis, { account, connection })
    const found = { zendeskId: 7, applied: group.written.applied, suspendedByUs: false, inSync: null }
    const known = { revision: 0, appliedRevision: 0, zendeskId: null }
    await cycle.link([{ ...ABOUT, dn: '', ...found, known }])
    expect(await group.fields()).toMatchObject({ origin: 'adopted', appliedRevision: '0' })
    await group.breakOff()

    const { origin, appliedRevision } = await group.fields()
    expect([origin, appliedRevision]).toEqual(['created', String(group.written.revision)])
  })
})

describe('a creation without an answer, told to a Redis that forgot it together with its release', () => {
  it.each([
    ['alone', CREATES, 'lease', undefined],
    ['in bulk', CREATES_IN_BULK, bulk.id, bulk.id],
  ] as const)('is to be looked up, sent %s; its answer links it', async (_how, send, by, outstanding) => {
    await using group = await openGroup()
    await send(group)

    await failOver(group)
    const told = await group.fields()
    await group.writes.record([group.written], by)

    expect(told).toMatchObject({ revision: '0', dn: '', label: 'Support', sentBy: by })
    expect([JSON.parse(told['creationSent']!), told['outstanding']]).toMatchObject([creation, outstanding])
    const { zendeskId, origin, creationSent } = await group.fields()
    expect([zendeskId, origin, creationSent]).toEqual(['7', 'created', undefined])
  })
})

describe('an entity that is rightly forgotten', () => {
  /** Another worker finds what the creation made, and deletes it since its entry has left. */
  async function deletes({ redis, cycle, written }: Group): Promise<void> {
    const other = new WriteLedger(redis, { account, connection })
    await other.record([written], 'lease')
    const [deletion] = await cycle.release([{ ...ABOUT, operation: 'delete group', desired: { presence: 'deleted' } }])
    await other.open([{ ref }], 'other', 60_000)
    await other.record([{ ...written, applied: null, revision: deletion!.revision }], 'other')
  }

  it.each([
    ['sent', async () => {}],
    ['recorded', RECORDS('lease')],
  ])(
    'stays so, when its creation was %s by who tells it again to a Redis that has lost nothing',
    async (_how, then) => {
      await using group = await openGroup()
      await CREATES(group)
      await then(group)
      await deletes(group)
      expect(await group.entity.isListed()).toBe(false)

      await group.breakOff()

      expect(await group.entity.isListed()).toBe(false)
      expect(await group.redis.hlen(accountKeys(account).owners('group'))).toBe(0)
    },
  )

  it('is remembered for a day', async () => {
    await using group = await openGroup()
    const { forgotten } = connectionKeys({ account, connection })
    const hoursAgo = (hours: number) => Date.now() - hours * 3_600_000
    await group.redis.zadd(forgotten, hoursAgo(25), 'group|long-ago')
    await group.redis.zadd(forgotten, hoursAgo(23), 'user|u1')

    await deletes(group)

    expect(await group.redis.zrange(forgotten, '0', '-1')).toEqual(['user|u1', 'group|g1'])
  })

  it('is entered again when it was created anew since', async () => {
    await using group = await openGroup()
    await CREATES(group)
    await deletes(group)
    const [again] = await group.cycle.release([{ ...ABOUT, operation: 'create group', desired }])
    await group.writes.open([{ ref }], 'again', 60_000)
    await group.writes.secure([ref], 'again', 1_000, { creations: [creation] })
    await group.redis.del(connectionKeys({ account, connection }).entity('group', 'g1'))
    await group.redis.hdel(connectionKeys({ account, connection }).listOf('group'), 'g1')

    await group.breakOff()

    expect(await group.fields()).toMatchObject({
      revision: '0',
      firstRevision: String(again!.revision),
      sentBy: 'again',
    })
  })
})

it('an update of what another worker made enters nothing', async () => {
  await using group = await openGroup()
  await new WriteLedger(group.redis, { account, connection }).record([group.written], 'lease')
  await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired: HELP }])
  await group.writes.open([{ ref }], 'later', 60_000)
  await group.writes.secure([ref], 'later', 1_000, { sent: [['name']] })

  await failOver(group)

  expect(await group.entity.isListed()).toBe(false)
})

it('that an object is gone forgets none that a cycle has found since', async () => {
  await using group = await openGroup()
  await CREATES(group)
  await RECORDS('lease')(group)
  const [released] = await group.cycle.release([
    { ...ABOUT, operation: 'delete group', desired: { presence: 'deleted' } },
  ])
  await group.writes.open([{ ref }], 'later', 60_000)
  await group.writes.record([{ ...group.written, applied: null, revision: released!.revision }], 'later')
  await group.redis.flushall()
  const cycle = await CycleLedger.begin(group.redis, { account, connection })
  const found = { zendeskId: 7, applied: group.written.applied, suspendedByUs: false, inSync: null }
  await cycle.link([{ ...ABOUT, ...found }])

  await group.breakOff()

  expect(await group.fields()).toMatchObject({ zendeskId: '7' })
})

it('whom a cycle found before their creation was told is known as made by us', async () => {
  await using group = await openGroup()
  await CREATES(group)
  await group.redis.flushall()
  const cycle = await CycleLedger.begin(group.redis, { account, connection })
  const found = { zendeskId: 7, applied: group.written.applied, suspendedByUs: false, inSync: null }
  const known = { revision: 0, appliedRevision: 0, zendeskId: null }
  await cycle.link([{ ...ABOUT, ...found, known }])

  await group.breakOff()

  expect(await group.fields()).toMatchObject({ zendeskId: '7', origin: 'created' })
})

it('what a cycle finds that was perhaps created is known as made by us, and what has another name is not', async () => {
  const origins: unknown[] = []
  for (const name of ['Support', 'Help']) {
    await using group = await openGroup()
    await CREATES(group)
    await failOver(group)
    const cycle = await CycleLedger.begin(group.redis, { account, connection })
    const applied = { presence: 'active', name } as const
    await cycle.link([{ ...ABOUT, zendeskId: 7, applied, suspendedByUs: false, inSync: null }])
    origins.push((await group.fields())['origin'])
  }

  expect(origins).toEqual(['created', 'adopted'])
})

it('an object that was found is not ours since another one was created, whose answer came late', async () => {
  await using group = await openGroup()
  await CREATES(group)
  const [released] = await group.cycle.release([{ ...ABOUT, operation: 'rename group', desired: HELP }])
  await group.writes.open([{ ref }], 'later', 60_000)
  const found = {
    ...group.written,
    applied: HELP,
    revision: released!.revision,
    zendeskId: 8,
    origin: 'adopted',
  } as const
  await group.writes.record([found], 'later')
  await group.writes.record([group.written], 'lease')

  await failOver(group)

  expect(await group.fields()).toMatchObject({ zendeskId: '8', origin: 'adopted' })
})
