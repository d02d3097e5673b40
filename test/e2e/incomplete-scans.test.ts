import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CYCLE_JOBS, type CycleJobName } from '@provisioner/shared/queues.ts'
import type { Reply } from '../fixtures/ldap-messages.ts'
import { type PagedDirectory, type Scan, startPagedDirectory } from '../fixtures/paged-directory.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const PEOPLE = 12
const PER_PAGE = 3

let directory: PagedDirectory
let world: World

// One world for all: each case leaves it in sync, and the guard holds nothing here.
beforeAll(async () => {
  directory = await startPagedDirectory({ people: PEOPLE, perPage: PER_PAGE })
  world = await openWorld({
    ldif: '',
    ldapUrl: async () => directory.server.url,
    sandbox: { clock: 500 },
    config: {
      schedule: { every: '12h', watch: '12h' },
      users: { map: { role: { byGroup: null, default: 'agent' } } },
      groups: { membershipAudit: '1h' },
    },
  })
  await world.step()
})
beforeEach(() => {
  directory.trouble = undefined
  directory.bindCode = 0
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await directory?.[Symbol.asyncDispose]()
})

/** Who can work, and in how many groups. */
async function picture() {
  const users = await world.zendesk.users()
  const [one, two] = [await world.zendesk.members('zd-one'), await world.zendesk.members('zd-two')]
  const active = users.filter((user) => !user.suspended)
  return {
    active: active.length,
    phones: [...new Set(active.map((user) => user.phone))],
    one: one.length,
    two: two.length,
  }
}

const whole = () => ({ active: PEOPLE, phones: [directory.phone], one: PEOPLE, two: PEOPLE })

/**
 * What is read ahead of a cycle, and the cycle, fail with the reason, write nothing though everybody has changed, and
 * ask nothing without a bind. The cycle says so.
 */
async function expectHarmless(code: string, what: RegExp): Promise<void> {
  await expectNothingFrom(CYCLE_JOBS.changed, what)
  await expectNothingFrom(CYCLE_JOBS.ordinary, what)
  expect(await world.problems('connection')).toMatchObject([{ code, what: expect.stringMatching(what) }])
}

async function expectNothingFrom(name: CycleJobName, what: RegExp): Promise<void> {
  const before = await picture()
  const { phone } = directory
  const asked = directory.server.asked.length
  directory.phone = '999'
  await world.zendesk.forgetRequests()

  await expect(world.cycle(name)).rejects.toThrow(what)
  await world.settled()

  directory.phone = phone
  expect(await world.zendesk.writes()).toEqual([])
  expect(await picture()).toEqual(before)
  expect(directory.server.asked.slice(asked).filter((ask) => ask.boundAs === '')).toEqual([])
}

/**
 * The next cycle is whole, and has nothing to make up for; the last test of binds shows that it writes what there is to
 * write.
 */
async function expectHealed(): Promise<void> {
  directory.trouble = undefined
  directory.bindCode = 0
  await world.step()
  expect(await world.problems('connection')).toEqual([])
  expect(await picture()).toEqual(whole())
  expect(await world.zendesk.writes()).toEqual([])
}

const at = (scan: Scan, page: number, reply: Reply | ((whole: Reply) => Reply)) => {
  directory.trouble = (of, number, untroubled) =>
    of === scan && number === page ? (typeof reply === 'function' ? reply(untroubled) : reply) : undefined
}

describe('nobody is deprovisioned, and the next cycle heals, when', () => {
  const pages = [
    ...[1, 2].map((page) => ['groups', page] as const),
    ...Array.from({ length: PEOPLE / PER_PAGE }, (_one, i) => ['people', i + 1] as const),
  ]
  it.each(pages)('the connection is cut at a page: %s, page %d', async (scan, page) => {
    at(scan, page, { close: true })

    await expectHarmless('DIRECTORY_SCAN_INCOMPLETE', /the connection, and with it the bind, was lost/)
    await expectHealed()
  })

  it.each<[string, Reply | ((whole: Reply) => Reply), RegExp]>([
    ['the size limit is hit', (page) => ({ ...page, code: 4, cookie: '' }), /size limit was hit.*size\.prtotal/],
    ['the administrative limit is hit', { code: 11 }, /administrative limit was hit.*Raise it for the bind DN/],
    ['the time limit is hit', (page) => ({ ...page, code: 3, cookie: '' }), /time limit was hit.*Raise it/],
    ['the result is a referral', { code: 10 }, /refers to another one, which is not followed/],
    [
      'a search result reference stands among the entries',
      (page) => ({ ...page, references: ['ldap://other.example.org/ou=people'] }),
      /on other servers, which are not followed: ldap:\/\/other\.example\.org.*directory\.urls/,
    ],
    ['the server forgets the bind', { code: 1, message: 'a successful bind must be completed' }, /successful bind/],
    ['the paging control is missing', (page) => ({ entries: page.entries ?? [] }), /does not say whether more follow/],
  ])('%s, at the first, a middle and the last page', async (_what, reply, message) => {
    for (const page of message.source.includes('whether more') ? [2, 4] : [1, 2, 4]) {
      at('people', page, reply)
      await expectHarmless('DIRECTORY_SCAN_INCOMPLETE', message)
    }
    await expectHealed()
    at('groups', 2, reply)
    await expectHarmless('DIRECTORY_SCAN_INCOMPLETE', message)
    await expectHealed()
  })
})

describe('a bind that is lost', () => {
  it.each([
    [49, 'DIRECTORY_BIND_REFUSED', /refuses the bind as 'cn=reader,dc=example,dc=org'.*bindPassword/],
    [53, 'DIRECTORY_BIND_REFUSED', /refuses the bind as 'cn=reader,dc=example,dc=org'/],
    [51, 'DIRECTORY_UNREACHABLE', /No directory server could be reached/],
  ])('and refused on reconnect with result %d, does not go on as anonymous', async (result, code, message) => {
    directory.bindCode = result
    directory.server.cut()

    await expectHarmless(code, message)
    await expectHealed()
  })

  it('is made anew on the next connection, which then carries on what has changed', async () => {
    directory.server.cut()
    const binds = directory.server.binds.length
    directory.phone = '2'

    await world.step()

    expect(directory.server.binds.slice(binds).map((bind) => bind.dn)).toEqual(['cn=reader,dc=example,dc=org'])
    expect(await picture()).toEqual(whole())
  })
})

it('what has changed is read ahead of a cycle, of which nothing is left to do then', async () => {
  directory.phone = '3'
  await world.cycle(CYCLE_JOBS.changed)
  await world.settled()
  const ahead = await picture()
  await world.zendesk.forgetRequests()

  await world.step()

  expect(ahead).toEqual(whole())
  expect(await world.zendesk.writes()).toEqual([])
})

it('an empty page that has a cookie is not the last one: all are read, and nothing is written', async () => {
  const emptied = new Set<string>()
  directory.trouble = (scan, page) => {
    if (emptied.has(`${scan} ${page}`)) return undefined
    emptied.add(`${scan} ${page}`)
    return { cookie: String((page - 1) * (scan === 'people' ? PER_PAGE : 1)) }
  }
  await world.zendesk.forgetRequests()

  await world.step()

  expect(emptied.size).toBe(2 + PEOPLE / PER_PAGE)
  expect(await world.zendesk.writes()).toEqual([])
  expect(await picture()).toEqual(whole())
})
