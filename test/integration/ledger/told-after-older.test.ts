import { describe, expect, it } from 'vitest'
import { canonicalJson } from '@provisioner/shared/desired.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { WriteLedger } from '@provisioner/shared/ledger/write-ledger.ts'
import { entityInRedis } from '../../fixtures/entity-in-redis.ts'
import { account, connection, CREATES, openGroup, RECORDS, type Group } from '../../fixtures/told-group.ts'

const userRef = { connection, kind: 'user', id: 'u1' } as const
const agent = (phone: string) =>
  ({ presence: 'active', attributes: { email: 'ann@example.org', role: 'agent', phone } }) as const
const first = agent('+49 1')
const older = agent('+49 2')
const newer = agent('+49 3')
type Agent = ReturnType<typeof agent>

async function releaseAgent({ cycle }: Group, operation: 'create user' | 'update user', desired: Agent) {
  const about = { kind: 'user', id: 'u1', dn: 'uid=ann', label: 'Ann', changed: ['phone'] } as const
  const [released] = await cycle.release([{ ...about, operation, desired }])
  return released!.revision
}
const recordAgent = (writes: WriteLedger, token: string, applied: Agent, revision: number) =>
  writes.record([{ ref: userRef, revision, applied, zendeskId: 1, origin: 'created', suspendedByUs: false }], token)
const send = async (writes: WriteLedger, token: string) => {
  await writes.open([{ ref: userRef }], token, 60_000)
  await writes.secure([userRef], token, 1_000, { sent: [['phone']] })
}

/** A group, and an agent who may be in it; both are linked. */
async function openTeam() {
  const group = await openGroup()
  await CREATES(group)
  await RECORDS('lease')(group)
  await recordAgent(group.writes, 'lease', first, await releaseAgent(group, 'create user', first))
  return { ...group, user: entityInRedis(group.redis, { account, connection }, 'user', 'u1') }
}

/**
 * A user who gets an older and a newer number. A worker that was killed wrote the older one; one that lives sends the
 * newer one. Then a replica takes over that has neither, nor the newer one's release.
 */
async function openFailover(recorded: boolean) {
  const team = await openTeam()
  const { user, writes, redis } = team
  const before = await releaseAgent(team, 'update user', older)
  const remembered = await user.fields()
  const killed = new WriteLedger(redis, { account, connection })
  await send(killed, 'killed')
  await recordAgent(killed, 'killed', older, before)
  const after = await releaseAgent(team, 'update user', newer)
  await send(writes, 'lives')
  const records = () => recordAgent(writes, 'lives', newer, after)
  if (recorded) await records()
  await user.write({ ...remembered, seen: 'as before' })

  const other = new WriteLedger(redis, { account, connection })
  return {
    ...team,
    after,
    records,
    sendsOlder: () => send(other, 'other'),
    recordsOlder: () => recordAgent(other, 'other', older, before),
  }
}

/** Nobody knows which of the numbers Zendesk holds: the next cycle plans the user, who is written once more. */
const IS_UNSURE = { applied: canonicalJson(newer), unconfirmedBefore: 'phone' }

describe('the newer of two writes, which Redis forgot together with its release', () => {
  it('is unconfirmed when it is told again after another worker wrote the older one once more', async () => {
    await using team = await openFailover(true)
    await team.sendsOlder()
    await team.recordsOlder()

    await team.breakOff()

    await expect.poll(team.user.fields).toMatchObject({ ...IS_UNSURE, appliedRevision: String(team.after) })
    expect(await team.user.get('seen')).toBeNull()
  })

  it('is unconfirmed when it is told again while the older one is under way', async () => {
    await using team = await openFailover(true)
    await team.sendsOlder()
    await team.breakOff()
    await expect.poll(team.user.fields).toMatchObject(IS_UNSURE)

    await team.recordsOlder()

    const fields = await team.user.fields()
    expect(fields).toMatchObject(IS_UNSURE)
    // What the ledger takes for desired is the older one: nobody writes it before a cycle has planned.
    expect(Number(fields['appliedRevision'])).toBeGreaterThan(Number(fields['revision']))
    expect(fields).not.toHaveProperty('seen')
  })

  it('is unconfirmed when its answer comes after the older one was written once more', async () => {
    await using team = await openFailover(false)
    await team.sendsOlder()
    await team.recordsOlder()

    await team.records()

    expect(await team.user.fields()).toMatchObject(IS_UNSURE)
    expect(await team.user.get('seen')).toBeNull()
  })

  it('is unconfirmed when a cycle has released it once more meanwhile', async () => {
    await using team = await openFailover(true)
    await team.sendsOlder()
    await team.recordsOlder()
    const again = await releaseAgent(team, 'update user', newer)

    await team.breakOff()

    await expect.poll(team.user.fields).toMatchObject({ ...IS_UNSURE, revision: String(again) })
  })

  it('is settled when Redis knows of its release: nobody has written the older one since', async () => {
    await using team = await openTeam()
    const revision = await releaseAgent(team, 'update user', newer)
    const remembered = await team.user.fields()
    await send(team.writes, 'lives')
    await recordAgent(team.writes, 'lives', newer, revision)

    await team.user.write(remembered)
    await team.breakOff()

    await expect.poll(team.user.fields).toMatchObject({ applied: canonicalJson(newer) })
    expect(await team.user.fields()).not.toHaveProperty('unconfirmedBefore')
  })
})

const membership = { connection, kind: 'membership', id: 'g1~u1' } as const
const inGroup = { presence: 'active', userZendeskId: 1, groupZendeskId: 7, membershipZendeskId: 9 } as const
const groupRef = { connection, kind: 'group', id: 'g1' } as const
const called = (name: string) => ({ presence: 'active', name }) as const

/** What is released first, which a replica still knows, and what after that; and how the latter is recorded. */
const CASES = [
  ['a membership that was added', membership, ['remove member', 'add member'], 9, inGroup],
  ['a membership that was taken away', membership, ['add member', 'remove member'], 9, null],
  ['a group that was renamed', groupRef, [called('Help'), called('Desk')], 7, called('Desk')],
] as const

describe('what Redis forgot together with its release has the next cycle ask Zendesk for its groups', () => {
  it.each(CASES)('when it was %s', async (_what, ref, [before, after], zendeskId, applied) => {
    await using team = await openTeam()
    const release = async (wanted: typeof before) => {
      const about = { kind: ref.kind, id: ref.id, dn: 'cn=g1', label: 'Support', changed: [] } as const
      const [released] = await team.cycle.release([
        typeof wanted === 'string'
          ? { ...about, operation: wanted, desired: { presence: wanted === 'add member' ? 'active' : 'deleted' } }
          : { ...about, operation: 'rename group', desired: wanted },
      ])
      return released!.revision
    }
    const { state } = connectionKeys({ account, connection })
    const entity = entityInRedis(team.redis, { account, connection }, ref.kind, ref.id)
    await release(before)
    const remembered = await entity.fields()
    await team.redis.hset(state, 'lastAudit', '1')
    const revision = await release(after)
    await team.writes.open([{ ref }], 'lives', 60_000)
    // Of a group no names are noted, see docs/ledger.md.
    await team.writes.secure([ref], 'lives', 1_000, ref.kind === 'group' ? {} : { sent: [['membership']] })
    await team.writes.record([{ ref, revision, applied, zendeskId, origin: null, suspendedByUs: false }], 'lives')
    expect(await team.redis.hget(state, 'lastAudit')).toBe('1')

    await entity.write(remembered)
    await team.breakOff()

    await expect.poll(() => team.redis.hget(state, 'lastAudit')).toBeNull()
  })

  it('when an older name of a group is recorded after it', async () => {
    await using team = await openTeam()
    const { state } = connectionKeys({ account, connection })
    const rename = { kind: 'group', id: 'g1', dn: 'cn=g1', label: 'Support', changed: [] } as const
    const revisions: number[] = []
    for (const desired of [called('Help'), called('Desk')]) {
      const [released] = await team.cycle.release([{ ...rename, operation: 'rename group', desired }])
      revisions.push(released!.revision)
    }
    const record = (applied: ReturnType<typeof called>, revision: number, by: string) =>
      team.writes.record([{ ...team.written, applied, revision, origin: null }], by)
    await record(called('Desk'), revisions[1]!, 'lives')
    await team.redis.hset(state, 'lastAudit', '1')

    await record(called('Help'), revisions[0]!, 'other')

    expect(await team.redis.hget(state, 'lastAudit')).toBeNull()
    expect((await team.fields())['applied']).toBe(canonicalJson(called('Desk')))
  })
})
