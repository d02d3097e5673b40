import { describe, expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import {
  account,
  connection,
  CREATES,
  CREATES_IN_BULK,
  creation,
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

const RENAMES = async ({ writes, cycle, written }: Group) => {
  const about = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const
  const help = { presence: 'active', name: 'Help' } as const
  const [released] = await cycle.release([{ ...about, operation: 'rename group', desired: help }])
  await writes.open([{ ref }], 'later', 60_000)
  await writes.secure([ref], 'later', 1_000, { sent: [['name']] })
  const { revision } = released!
  await writes.record([{ ...written, revision, applied: help, origin: null }], 'later')
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
    await cycle.link([{ kind: 'group', id: 'g1', dn: '', label: 'Support', ...found, known }])
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
