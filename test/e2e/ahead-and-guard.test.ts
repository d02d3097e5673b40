import { afterEach, expect, it } from 'vitest'
import { addEntry, applyLdif, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifDelete } from '@provisioner/sandbox/servers/ldif.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { hide, hideable } from '../fixtures/hidden-by-acl.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SYNCPROV = { overlays: ['syncprov'] }
const SCHEDULE = { every: '12h', watch: '12h' }
const uids = (count: number) => Array.from({ length: count }, (_one, i) => `user${String(i).padStart(2, '0')}`)
const set = (uid: string, replace: Record<string, string>) => modifyEntry(world.slapd, personDn(uid), { replace })
const suspended = async () => (await world.zendesk.users()).filter((user) => user.suspended).length

/** So many who are in Zendesk, and a guard of the test's own. */
async function company(count: number, config: object): Promise<string[]> {
  const all = uids(count)
  world = await openWorld({
    ldif: directoryOf(all.map((uid) => ({ uid }))),
    slapd: SYNCPROV,
    config: { schedule: SCHEDULE, ...config },
  })
  await world.step()
  return all
}

async function ahead(of = world): Promise<void> {
  await of.cycle(CYCLE_JOBS.changed)
  await of.settled()
}

it('those who left long ago are no part of what the guard takes a share of', async () => {
  const all = await company(20, { guard: { users: { share: '50%', min: 16 }, window: '1s' } })
  await applyLdif(
    world.slapd,
    all
      .slice(4)
      .map((uid) => ldifDelete(personDn(uid)))
      .join('\n'),
  )
  await world.step()
  const before = await suspended()
  await world.stopProduct()
  const guard = { users: { share: '50%', min: 1 }, window: '1s' }
  await using anew = await openWorld({ ldif: '', servers: world, config: { schedule: SCHEDULE, guard } })
  await anew.step()
  for (const uid of all.slice(0, 3)) await set(uid, { employeeStatus: 'left' })

  await ahead(anew)

  expect([before, await suspended()]).toEqual([16, 16])
})

it('everybody who is known counts for the share that the guard allows, not who has changed alone', async () => {
  const all = await company(20, { guard: { users: { share: '50%', min: 1 } } })
  for (const uid of all.slice(0, 3)) await set(uid, { employeeStatus: 'left' })

  await ahead()

  expect(await suspended()).toBe(3)
})

it('nothing of what the guard holds some of goes out', async () => {
  const all = await company(10, { guard: { users: { share: '1%', min: 4 } } })
  for (const uid of all.slice(0, 5)) await set(uid, { employeeStatus: 'left' })
  await world.step()
  await set(all[5]!, { employeeStatus: 'left' })

  await ahead()

  expect([(await world.ledger.held()).length, await suspended()]).toEqual([5, 0])
})

it('no more goes out than half of what the guard allows: who is gone counts with who is disabled', async () => {
  const all = await company(10, { guard: { users: { share: '1%', min: 4 } } })
  await set(all[0]!, { employeeStatus: 'left' })
  await ahead()
  const first = await suspended()
  for (const uid of all.slice(1, 3)) await set(uid, { employeeStatus: 'left' })
  await applyLdif(
    world.slapd,
    all
      .slice(3, 6)
      .map((uid) => ldifDelete(personDn(uid)))
      .join('\n'),
  )

  await ahead()
  const second = await suspended()
  await world.step()

  expect([first, second, await suspended()]).toEqual([1, 1, 1])
})

it('an attribute that is hidden from all gives way to no other one', async () => {
  const rights = hideable({ title: 'access to attrs=title' })
  world = await openWorld({
    ldif: [directoryOf(uids(20).map((uid) => ({ uid, title: 'boss' }))), rights.ldif].join('\n'),
    slapd: { ...rights.slapd, ...SYNCPROV },
    config: {
      schedule: SCHEDULE,
      users: { map: { notes: { from: ['title', 'cn'] } } },
      guard: { updates: { share: '5%', min: 2 } },
    },
  })
  await world.step()
  await hide(world, 'title')
  await set('user00', { description: 'x' })
  await world.zendesk.forgetRequests()

  await ahead()

  expect(await world.zendesk.writes()).toEqual([])
})

it('a suspension that waits is not taken back by an entry whose status is hidden', async () => {
  const rights = hideable({ status: 'access to attrs=employeeStatus' })
  const all = uids(25)
  world = await openWorld({
    ldif: [directoryOf(all.map((uid) => ({ uid, employeeStatus: 'here' }))), rights.ldif].join('\n'),
    slapd: { ...rights.slapd, ...SYNCPROV },
    config: { schedule: SCHEDULE },
  })
  await world.step()
  await world.queue('users.remove').pause()
  for (const uid of all) await set(uid, { employeeStatus: 'left' })
  await world.cycle()
  await hide(world, 'status')
  await set('user00', { telephoneNumber: '7' })

  await world.cycle(CYCLE_JOBS.changed)
  await world.cycle()
  await world.queue('users.remove').resume()
  await world.settled()

  expect(await suspended()).toBe(25)
})

it('nobody is suspended whose user another entry may take over', async () => {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'old', mail: 'eve@example.org' }, { uid: 'bob' }]),
    slapd: SYNCPROV,
    config: {
      schedule: SCHEDULE,
      users: { emailReuse: 'relink' },
      guard: { updates: { share: '0%', min: 0 } },
    },
  })
  await world.step()
  await set('old', { mail: 'old@example.org' })
  await world.step()
  await addEntry(world.slapd, personDn('new'), person({ uid: 'new', mail: 'eve@example.org' }))
  await world.step()
  await set('old', { employeeStatus: 'left' })

  await ahead()

  expect((await world.zendesk.user('eve@example.org'))?.suspended).toBe(false)
})
