import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { noteEvent } from '@provisioner/shared/ledger/looks.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { STAFF } from '../fixtures/staff.ts'
import { until } from '../fixtures/until.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { openTappedWorld } from '../fixtures/tapped-world.ts'
import { openWebhookWorld, type WebhookWorld } from '../fixtures/webhook-world.ts'

/** From the change in Zendesk on. */
const SOON_MS = 5_000

let opened: WebhookWorld
afterEach(() => opened?.[Symbol.asyncDispose]())

const keys = connectionKeys(STAFF)
const user = async (uid: string) => (await opened.world.zendesk.user(`${uid}@example.org`))!
const put = async (uid: string, changes: object) =>
  opened.world.zendesk.call('PUT', `/api/v2/users/${(await user(uid)).id}`, { user: changes })
const looks = () => opened.world.redis.zrange(keys.looks, '0', '-1')
const shown = (look: () => Promise<unknown>) => async () => JSON.stringify(await look())
const settled = async () => {
  await opened.world.settled()
  await until(async () => (await looks()).length === 0, 30_000, shown(looks))
  await opened.world.settled()
}

async function open(drift: 'report' | 'repair' = 'repair') {
  opened = await openWebhookWorld({
    ldif: directoryOf([{ uid: 'ada', roomNumber: '1' }, { uid: 'bob' }, { uid: 'eve' }], {
      agents: ['ada', 'bob', 'eve'],
      'zd-first': ['ada', 'eve'],
      'zd-second': ['bob', 'eve'],
    }),
    redis: { appendonly: true },
    config: { drift, users: { map: { notes: 'roomNumber' } }, groups: { membershipAudit: '12h' } },
  })
  await opened.world.step()
  await settled()
  return opened
}

describe('what somebody changes in Zendesk', () => {
  it.each([
    ['an attribute', { notes: 'by hand' }, 'notes', '1'],
    ['the role', { role: 'end-user' }, 'role', 'agent'],
  ])('%s is set right within five seconds of the event, without a full cycle', async (_what, changes, name, value) => {
    await open()

    await put('ada', changes)

    await until(
      async () => (await user('ada'))[name] === value,
      SOON_MS,
      shown(() => user('ada')),
    )
  })

  it('is told within five seconds with drift: report, stands through other cycles, and goes when it is changed back', async () => {
    const { world } = await open('report')
    const drift = async () => (await world.problems('user')).filter(({ code }) => code === 'DRIFT')

    await put('ada', { notes: 'by hand' })
    await until(async () => (await drift()).length === 1, SOON_MS, shown(drift))
    await world.cycle()
    expect([(await user('ada'))['notes'], await drift()]).toEqual([
      'by hand',
      [expect.objectContaining({ dn: personDn('ada') })],
    ])

    await put('ada', { notes: '1' })
    await until(async () => (await drift()).length === 0, SOON_MS, shown(drift))
  })

  it('memberships made and taken by hand are set right, and nobody’s are listed but theirs', async () => {
    const { world } = await open()
    const groups = await world.zendesk.groups()
    const idOf = (name: string) => groups.find((group) => group.name === name)!.id
    const { group_memberships: of } = await world.zendesk.call<{
      group_memberships: { id: number; group_id: number }[]
    }>('GET', `/api/v2/users/${(await user('eve')).id}/group_memberships`)
    const membership = { user_id: (await user('bob')).id, group_id: idOf('zd-first') }
    const members = async () => [await world.zendesk.members('zd-first'), await world.zendesk.members('zd-second')]
    const before = await members()
    await world.zendesk.forgetRequests()

    await world.zendesk.call('POST', '/api/v2/group_memberships', { group_membership: membership })
    await world.zendesk.call(
      'DELETE',
      `/api/v2/group_memberships/${of.find((one) => one.group_id === idOf('zd-second'))!.id}`,
    )

    expect(await members()).not.toEqual(before)
    await until(async () => JSON.stringify(await members()) === JSON.stringify(before), SOON_MS, shown(members))
    const lists = await world.zendesk.requests({ method: 'GET', path: /^\/api\/v2\/group_memberships/ })
    expect(lists).toEqual([])
  })

  it('a leaver who is let in again is suspended again', async () => {
    const { world } = await open()
    await deleteEntry(world.slapd, personDn('ada'))
    await world.step()
    await settled()
    expect((await user('ada')).suspended).toBe(true)

    await put('ada', { suspended: false })

    await until(async () => (await user('ada')).suspended, SOON_MS, shown(looks))
  })

  it('by ourselves is looked at and written no more', async () => {
    const { world, sent } = await open()
    const writes = async () => (await world.zendesk.writes()).length
    expect((await sent()).length).toBeGreaterThan(0)
    await world.zendesk.forgetRequests()

    await settled()
    await world.fullStep()

    expect(await writes()).toBe(0)
  })
})

describe('a delivery', () => {
  it.each([
    ['forged: signed by another secret', 401],
    ['forged: its body was changed', 401],
    ['older than five minutes', 401],
    ['repeated', 400],
  ])('%s is refused, and nothing is looked at', async (what, status) => {
    const { secret, sent, send } = await open('report')
    await put('ada', { notes: 'by hand' })
    const delivered = async () => (await sent()).find(({ body }) => body.includes('by hand'))
    await until(async () => (await delivered())?.status === 204, SOON_MS, shown(sent))
    await settled()
    const { headers, body } = (await delivered())!
    const changed = body.replace('by hand', 'in hand')
    const at = (time: number, by: string) => {
      const timestamp = new Date(time).toISOString()
      const signature = createHmac('sha256', by)
        .update(timestamp + changed)
        .digest('base64')
      return {
        ...headers,
        'x-zendesk-webhook-signature': signature,
        'x-zendesk-webhook-signature-timestamp': timestamp,
      }
    }
    const sends: Record<string, () => Promise<number>> = {
      'forged: signed by another secret': () => send(at(Date.now(), 'guessed'), changed),
      'forged: its body was changed': () => send(headers, changed),
      'older than five minutes': () => send(at(Date.now() - 301_000, secret), changed),
      repeated: () => send(headers, body),
    }

    expect([await sends[what]!(), await looks()]).toEqual([status, []])
  })

  it('while Redis is away is answered 503, comes again, and is lost to nobody', async () => {
    const { world, sent } = await open()
    await world.redisServer.pause()
    await put('ada', { notes: 'by hand' })
    await until(async () => (await sent()).some(({ status }) => status === 503), SOON_MS, shown(sent))

    await world.redisServer.restart()

    await until(
      async () => (await user('ada'))['notes'] === '1',
      60_000,
      shown(() => user('ada')),
    )
  })
})

it('what Zendesk told of outlives the producer that looked: the next one sets it right', async () => {
  await using owned = new AsyncDisposableStack()
  const ldif = directoryOf([{ uid: 'ada', roomNumber: '1' }])
  const config = { drift: 'repair', users: { map: { notes: 'roomNumber' } } }
  const { world, tap, cycles, startProducer } = await openTappedWorld(owned, { ldif, config })
  const first = await startProducer()
  await world.step()
  const { id } = (await world.zendesk.user('ada@example.org'))!
  await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { notes: 'by hand' } })
  const held = tap.holdAt('"operation":"update user"')
  await noteEvent(world.redis, STAFF.account, [STAFF.connection], { id: 'e-1', user: id })
  await held
  first.kill('SIGKILL')
  await first.ended
  tap.letGo()
  expect(await world.redis.zcard(keys.looks)).toBe(1)
  await endLocks(world, cycles)

  await startProducer()

  const notes = async () => (await world.zendesk.user('ada@example.org'))!['notes']
  await until(async () => (await notes()) === '1', 60_000, shown(notes))
  await until(async () => (await world.redis.zcard(keys.looks)) === 0, 60_000, shown(notes))
})
