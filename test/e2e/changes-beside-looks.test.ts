import { afterEach, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { openGatedWorld, type GatedWorld } from '../fixtures/gated-world.ts'
import { group, groupDn, person, personDn } from '../fixtures/people.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { until } from '../fixtures/until.ts'

let stage: GatedWorld
afterEach(() => stage?.[Symbol.asyncDispose]())

it('a leaver whose user a new entry takes over is never suspended on the way', async () => {
  stage = await openGatedWorld({ config: { users: { emailReuse: 'relink' } } })
  const { world } = stage
  stage.gateLooks()
  await world.zendesk.forgetRequests()
  await deleteEntry(world.slapd, personDn('eve'))
  await deleteEntry(world.slapd, personDn('fay'))
  await addEntry(world.slapd, personDn('eve2'), person({ uid: 'eve2', mail: 'eve@example.org' }))

  const cycle = world.cycle()
  await stage.suspended('fay')
  await stage.rest(cycle)

  expect(await world.zendesk.user('eve@example.org')).toMatchObject({ name: 'eve2', suspended: false })
  const sent = (await world.zendesk.writes()).filter(({ body }) => JSON.stringify(body)?.includes('"suspended":true'))
  expect(sent).toHaveLength(1)
})

it('a group that a new entry takes over is not deleted on the way', async () => {
  stage = await openGatedWorld()
  const { world } = stage
  const zdB = async () => (await world.zendesk.groups()).filter(({ name }) => name === 'zd-b')
  const before = await zdB()
  await world.zendesk.forgetRequests()
  stage.gateLooks()
  await deleteEntry(world.slapd, groupDn('zd-b'))
  await addEntry(world.slapd, groupDn('zd-b'), group('zd-b', ['bob']))

  const cycle = world.cycle()
  await stage.looking()
  await stage.written()
  await stage.rest(cycle)

  expect(await zdB()).toEqual(before)
  expect((await world.zendesk.writes()).filter(({ method }) => method === 'DELETE')).toEqual([])
})

it('an agent who moves to a group that is looked for leaves the old one after it', async () => {
  stage = await openGatedWorld()
  const { world } = stage
  await world.zendesk.forgetRequests()
  stage.gateLooks()
  await modifyEntry(world.slapd, groupDn('zd-a'), { delete: { member: personDn('ada') } })
  await addEntry(world.slapd, groupDn('zd-c'), group('zd-c', ['ada']))

  const cycle = world.cycle()
  await stage.looking()
  await stage.written()
  expect(await world.zendesk.members('zd-a')).toContain('ada@example.org')
  await stage.rest(cycle)

  expect(await world.zendesk.members('zd-a')).toEqual(['bob@example.org'])
  expect(await world.zendesk.members('zd-c')).toEqual(['ada@example.org'])
  expect((await world.zendesk.writes()).filter(({ status }) => status >= 400)).toEqual([])
})

it('what was taken away while memberships were listed is not taken away, nor counted, again', async () => {
  stage = await openGatedWorld({ config: { users: { remove: { deleted: 'delete' } } } })
  const { world } = stage
  stage.gate.close(({ path }) => path.endsWith('/group_memberships'))
  await deleteEntry(world.slapd, personDn('ada'))
  await modifyEntry(world.slapd, groupDn('zd-b'), {
    add: { member: personDn('eve') },
    delete: { member: personDn('bob') },
  })

  const cycle = world.fullStep()
  await stage.looking()
  await stage.written()
  expect(await world.zendesk.members('zd-b')).toEqual([])
  await stage.rest(cycle)

  const summary = world.logs.findLast((line) => line.msg === 'Cycle ended')
  expect(summary).toMatchObject({ released: { 'delete user': 1, 'remove member': 1 } })
  expect((await world.ledger.countedWithin(60_000)).get('memberships')).toBe(1)
})

it('whom we suspend while an audit has them as suspended by hand is suspended by us, once, and restored when back', async () => {
  stage = await openGatedWorld({ config: { schedule: { every: '1s' } } })
  const { world } = stage
  const eve = await world.zendesk.user('eve@example.org')
  await world.zendesk.call('PUT', `/api/v2/users/${eve!.id}`, { user: { suspended: true } })
  stage.gate.close(({ method, path }) => method === 'GET' && path.endsWith('/show_many'))
  const cycle = world.fullStep()
  await stage.looking()
  await modifyEntry(world.slapd, personDn('eve'), { replace: { employeeStatus: 'left' } })
  await until(
    () => world.logs.some((line) => line.msg === 'Released before Zendesk has answered'),
    15_000,
    () => 'nothing was released',
  )
  await stage.written()
  await stage.rest(cycle)

  const summary = world.logs.findLast((line) => line.msg === 'Cycle ended')
  expect(summary).toMatchObject({ released: { 'suspend user': 1 } })
  expect((await problemsTold(world)).filter(({ source }) => source === 'cycle')).toEqual([])
  await modifyEntry(world.slapd, personDn('eve'), { replace: { employeeStatus: 'active' } })
  await world.step()
  expect(await stage.isSuspended('eve')).toBe(false)
})

it('what waits to be written is not released, held or counted a second time by the plan after the look', async () => {
  const config = { guard: { clearings: { share: '0%', min: 1 } } }
  stage = await openGatedWorld({ config }, [{ uid: 'ada', telephoneNumber: '1' }, { uid: 'bob' }])
  const { world } = await stage.restart({ config, workers: 0 })
  await modifyEntry(world.slapd, personDn('ada'), { delete: { telephoneNumber: '1' } })
  await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))

  await world.cycle()

  const summary = world.logs.findLast((line) => line.msg === 'Cycle ended')
  expect(summary).toMatchObject({ released: { 'update user': 1, 'create user': 1 }, held: {} })
  expect(await world.ledger.held()).toEqual([])
  expect([...(await world.ledger.countedWithin(60_000))]).toEqual([['clearings:phone', 1]])
})
