import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { endLocks } from '../fixtures/end-locks.ts'
import { LOOKUP_FIELDS, managersIn, worldOfManagers } from '../fixtures/lookup-fields.ts'
import { personDn } from '../fixtures/people.ts'
import { openTappedWorld } from '../fixtures/tapped-world.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

const userOf = async (world: World, uid: string) => (await world.zendesk.user(`${uid}@example.org`))!

describe('a lookup field', () => {
  it('of something else than users is told, and the rest is written', async () => {
    const [manager, costCenter] = LOOKUP_FIELDS
    const userFields = [{ ...manager!, target: 'zen:organization' }, costCenter!]
    const world = owned.use(
      await openWorld({ ...worldOfManagers({ ada: undefined, bob: 'ada' }), sandbox: { before: { userFields } } }),
    )
    await world.step()
    await world.step()

    expect((await userOf(world, 'bob'))['user_fields']).toEqual({ manager: null, cost_center: 'K-7' })
    const what = "Zendesk's user field 'manager' is a lookup field of 'zen:organization'"
    expect(await world.problems('connection')).toEqual([
      expect.objectContaining({ code: 'USER_FIELD_TARGET', what: expect.stringContaining(what) }),
    ])
  })

  it('is left to the cycle by a change that goes out ahead of it, and the cycle follows', async () => {
    const schedule = { every: '12h', watch: '1s' }
    const of = worldOfManagers({ ada: undefined, bob: 'ada', cid: undefined }, { schedule })
    const world = owned.use(await openWorld({ ...of, slapd: { overlays: ['syncprov'] } }))
    await world.step()
    await world.step()
    expect(await managersIn(world)).toEqual({ ada: null, bob: 'ada', cid: null })

    const replace = { telephoneNumber: '+49301234567', manager: personDn('cid') }
    await modifyEntry(world.slapd, personDn('bob'), { replace })
    const isFollowed = async () => (await managersIn(world))['bob'] === 'cid'
    await until(isFollowed, 60_000, () => 'the manager was not followed')

    expect(await userOf(world, 'bob')).toMatchObject({ phone: '+49301234567' })
    const ahead = 'Released ahead of a cycle: what changed entries prove by themselves'
    expect(world.logs.filter(({ msg }) => msg === ahead)).toMatchObject([{ isAll: false }])
  })

  it.each([
    ['nothing of it is released', '"operation":"update user"'],
    ['it is released and no job is added', '{zp:acme}:staff.users.update:wait'],
    ['its jobs are added and the cycle is not ended', '"lastCycle"'],
  ])('is written once when a producer is killed and %s', async (_when, word) => {
    const tapped = await openTappedWorld(owned, worldOfManagers({ ada: undefined, bob: 'ada', cid: 'bob' }))
    const { world, tap, cycles, startProducer } = tapped
    const producer = await startProducer()
    await world.step()
    await world.queue('users.update').pause()
    await world.zendesk.forgetRequests()

    const held = tap.holdAt(word)
    const cycle = world.cycle()
    await held
    producer.kill('SIGKILL')
    await producer.ended
    tap.letGo()
    await endLocks(world, cycles)
    await startProducer()
    await cycle
    await world.queue('users.update').resume()
    await world.settled()
    await world.step()

    expect(await managersIn(world)).toEqual({ ada: null, bob: 'ada', cid: 'bob' })
    const written = (await world.zendesk.writes()).map(({ body }) => JSON.stringify(body))
    expect(written.join().match(/"manager"/g)?.length).toBe(2)
  })

  it.each([
    ['no DN', 'cost centre=4711'],
    ['a DN of another server’s', 'uid=ada,dc=example,dc=net'],
  ])('keeps nobody else from anything when one entry has %s in it', async (_what, value) => {
    const manager = { from: 'costCenter' }
    const people = { ada: undefined, bob: undefined, cid: undefined }
    const slapd = { schema: 'referral ldap://127.0.0.1:1' }
    const world = owned.use(await openWorld({ ...worldOfManagers(people, { manager }), slapd }))
    await modifyEntry(world.slapd, personDn('cid'), { replace: { costCenter: value } })
    await world.step()

    await deleteEntry(world.slapd, personDn('bob'))
    await world.step()

    expect((await userOf(world, 'bob')).suspended).toBe(true)
    expect((await managersIn(world))['cid']).toBeNull()
    expect(await world.ledger.failingCycles()).toBeUndefined()
  })
})

describe('the command line', () => {
  it('shows whom a lookup field would get, and why it is left out for now', async () => {
    const world = owned.use(
      await openWorld({ ...worldOfManagers({ ada: 'bob', bob: 'stranger', eve: 'ada' }), workers: 0 }),
    )
    await world.cycle()
    const map = async (uid: string) => (await runCli(world, ['map', personDn(uid)])).stdout
    const plan = async (how: string) => (await runCli(world, ['plan', how])).stdout
    const leftAlone = 'user_fields\\.manager: left alone\\n.*\\n    because '

    expect(await map('eve')).toMatch(new RegExp(`${leftAlone}the user of that entry is not linked yet`))
    expect(await map('bob')).toMatch(new RegExp(`${leftAlone}LOOKUP_USER_UNKNOWN: `))
    expect(await plan('--full')).toMatch(/left out until the other user is linked: user_fields\.manager │ +2 │/)

    await world.addWorker()
    await world.settled()
    const { id } = await userOf(world, 'ada')
    const set = `user_fields\\.manager: set "${id}"\\n.*uid=ada.*\\n    the user of that entry: "ada@example.org"\\n`
    expect(await map('eve')).toMatch(new RegExp(set))
    const planned = await plan('--all')
    expect(planned).toMatch(/update user: eve@example\.org: user_fields\.manager nothing → /)
    expect(planned).not.toContain('left out until')
  })
})
