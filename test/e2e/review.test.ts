import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { peopleOf } from '../fixtures/admins.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
let folder: string | undefined
afterEach(async () => {
  await world?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true })
  folder = undefined
})

const { idOf, promote } = peopleOf(() => world)
const leads = { id: 901, name: 'Team lead', role_type: 0 }
const light = { id: 902, name: 'Light agent', role_type: 1 }
const brands = [
  { id: 11, name: 'Acme', subdomain: 'acme-support', default: true },
  { id: 12, name: 'Globex', subdomain: 'globex' },
]
const agents = ['ada', 'bob', 'cyd', 'dan', 'fay', 'hal', 'ivy']

/** A team in which all but Ada and Lou has something to be told, each another thing. */
async function openTeam(): Promise<void> {
  world = await openWorld({
    ldif: directoryOf([...agents.map((uid) => ({ uid, departmentNumber: 'Globex' })), { uid: 'gus' }, { uid: 'jim' }], {
      agents,
      leads: ['ada'],
      'zd-support': ['ada', 'hal'],
    }),
    config: {
      account: { protect: ['owner@example.org'] },
      users: {
        map: {
          custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
          brands: { from: 'departmentNumber' },
          role: { allowDowngrade: false },
        },
      },
    },
    sandbox: {
      departmentSpaces: true,
      unknowns: { agentBrandIds: 'replaced' },
      before: {
        brands,
        customRoles: [leads, light],
        users: [
          { name: 'Eve =1+1', email: 'eve@example.org', role: 'agent', created_at: '2024-01-02T00:00:00Z' } as never,
          { name: 'Lou', email: 'lou@other.example', role: 'agent', custom_role_id: 902 } as never,
          { name: 'Owner', email: 'owner@example.org', role: 'admin' } as never,
        ],
      },
    },
  })
  await world.step()
  const call = (method: string, path: string, body: object) => world.zendesk.call(method, path, body)
  const user = async (uid: string, attributes: object) =>
    await call('PUT', `/api/v2/users/${await idOf(uid)}`, { user: attributes })
  await call('POST', '/sandbox/sign-in', { user_id: await idOf('ada') })
  await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
  await world.step()
  await promote(await idOf('cyd'))
  await user('dan', { name: 'Daniel by hand' })
  await user('gus', { role: 'agent' })
  await user('ivy', { agent_brand_ids: [11] })
  const group = (await world.zendesk.groups()).find(({ name }) => name === 'zd-support')!.id
  await call('POST', '/api/v2/group_memberships', { group_membership: { user_id: await idOf('dan'), group_id: group } })
  await deleteEntry(world.slapd, personDn('fay'))
  await modifyEntry(world.slapd, personDn('hal'), { replace: { employeeStatus: 'left' } })
  await world.zendesk.forgetRequests()
}

interface Told {
  readonly counts: object
  readonly findings: readonly { code: string; who: string; what: string }[]
  readonly members: readonly { email: string; why: string; [attribute: string]: unknown }[]
  readonly [key: string]: unknown
}
const told = (stdout: string) => JSON.parse(stdout) as Told

describe('provisioner review', () => {
  it('tells why each is in the team and what is wrong with that, and writes nothing', async () => {
    await openTeam()
    await world.stopProduct()
    const before = await redisContent(world.redis)

    const { code, stdout, stderr } = await runCli(world, ['review', '--json'])

    const review = told(stdout)
    expect(code).toBe(3)
    expect(stderr).not.toContain('Reading')
    expect(review.findings.map(({ code, who, what }) => `${code} ${who}: ${what}`)).toEqual([
      'NOBODY_IN_DIRECTORY eve@example.org: an agent; no entry in scope is linked or has the address',
      `NOBODY_IN_DIRECTORY fay@example.org: an agent; the entry ${personDn('fay')} is gone or out of scope`,
      'NOBODY_IN_DIRECTORY lou@other.example: an agent (Light agent); no entry in scope is linked or has the address',
      `ENTRY_DISABLED hal@example.org: an agent, not suspended; the entry ${personDn('hal')} is disabled`,
      'ADMIN_UNEXPECTED cyd@example.org: an admin; the directory says agent',
      'ROLE_DIFFERS gus@example.org: “agent” in Zendesk, “end-user” in the directory',
      'GROUPS_DIFFER dan@example.org: in zd-support, which the directory does not say',
      'BRANDS_DIFFER ivy@example.org: not in Globex, as the directory says; in Acme, which the directory does not say',
      'NAME_DIFFERS dan@example.org: “Daniel by hand” in Zendesk, “dan” in the directory',
      'SUSPENDED_ON_SEAT bob@example.org: suspended, and still an agent',
      'SEAT_IDLE eve@example.org: never signed in since 2024-01-02',
    ])
    const ada = review.members.find(({ email }) => email === 'ada@example.org')
    expect(ada).toMatchObject({
      why: `role agent: in group ${groupDn('agents')}; custom role Team lead: in group ${groupDn('leads')}`,
      customRole: 'Team lead',
      groups: ['Support', 'zd-support'],
      brands: ['Globex'],
      dn: personDn('ada'),
      connection: 'staff',
      entry: 'in scope',
      seat: true,
    })
    expect(ada!['lastSignIn']).toMatch(/^20/)
    expect(review.members.filter(({ protectedBy }) => protectedBy !== null).map(({ email }) => email)).toEqual([
      'owner@example.org',
    ])
    expect(review.members.filter(({ apiUser }) => apiUser).map(({ email }) => email)).toEqual(['api@example.org'])
    expect(review).toMatchObject({
      accessReviewOf: 'acme',
      counts: { members: 12, admins: 3, agents: 9, suspended: 1, seats: 11 },
      connections: [
        {
          connection: 'staff',
          directory: { readWhole: true, entries: 8 },
          lastCycle: { endedAt: expect.stringMatching(/^20/) },
        },
      ],
      notRead: [],
    })
    const requests = await world.zendesk.requests()
    expect(requests.filter(({ method, path }) => method !== 'GET' && path !== '/oauth/tokens')).toEqual([])
    expect(requests.filter(({ path }) => /\/users\/\d+/.test(path))).toEqual([])
    expect(await writtenSince(world.redis, before)).toEqual([])
  })

  it('is a table and a CSV file as well, and compares with an earlier review', async () => {
    await openTeam()
    folder = await mkdtemp(join(tmpdir(), 'provisioner-review-'))
    const [first, csv] = [join(folder, 'first.json'), join(folder, 'team.csv')]

    const made = await runCli(world, ['review', '--out', first])
    const again = await runCli(world, ['review', '--out', first])
    await world.step()
    await world.zendesk.call('PUT', `/api/v2/users/${await idOf('cyd')}`, { user: { role: 'agent' } })
    await world.zendesk.call('DELETE', `/api/v2/users/${await idOf('eve')}`)
    const text = await runCli(world, ['review', '--since', first])
    const file = await runCli(world, ['review', '--csv', '--out', csv])

    expect([made.code, again.code, text.code, file.code]).toEqual([3, 2, 3, 3])
    expect(made.stdout).toContain(`12 team members (3 admins, 9 agents), 1 suspended, 11 seats taken: 11 findings.`)
    expect(again.stderr).toContain('FILE_UNUSABLE')
    expect((await stat(first)).mode & 0o077).toBe(0)
    expect(text.stderr).toMatch(/^Reading the team in Zendesk, and the directory …$/m)
    expect(text.stdout).toMatch(/^Since .* UTC:$/m)
    const since = text.stdout.split(/^Since .*$/m)[1]!.split('\n┌')[0]!
    expect(
      since
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'left the team: eve@example.org, was agent',
      'cyd@example.org: role admin → agent',
      'dan@example.org: groups Support, zd-support → Support',
      'fay@example.org: suspended no → yes',
      'hal@example.org: suspended no → yes',
      // whoever is an admin is in all brands
      'new: BRANDS_DIFFER cyd@example.org',
      'new: SUSPENDED_ON_SEAT fay@example.org',
      'new: SUSPENDED_ON_SEAT hal@example.org',
      'solved: NOBODY_IN_DIRECTORY eve@example.org',
      'solved: ENTRY_DISABLED hal@example.org',
      'solved: ADMIN_UNEXPECTED cyd@example.org',
      'solved: GROUPS_DIFFER dan@example.org',
      'solved: SEAT_IDLE eve@example.org',
    ])
    const lines = (await readFile(csv, 'utf8')).split('\r\n')
    expect(lines).toHaveLength(13)
    expect(lines.find((line) => line.startsWith('ada@example.org'))).toMatch(
      /^ada@example\.org,ada,\d+,agent,Team lead,true,false,20[^,]+Z,20[^,]+Z,Support; zd-support,Globex,in scope,staff,/,
    )
  })

  it('without its directory makes no finding that needs it, and ends with 1', async () => {
    await openTeam()
    await world.slapd[Symbol.asyncDispose]()

    const { code, stdout } = await runCli(world, ['review', '--json'])

    expect(code).toBe(1)
    const { findings, connections } = told(stdout)
    expect(findings.map(({ code: found, who }) => `${found} ${who}`)).toEqual([
      'SUSPENDED_ON_SEAT bob@example.org',
      'SEAT_IDLE eve@example.org',
    ])
    expect(connections).toMatchObject([{ directory: { readWhole: false, entries: null } }])
  })

  it('shows nothing of what is masked, and reads what the credentials may read', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', displayName: 'Countess Lovelace' }], { agents: ['ada'] }),
      config: { users: { map: { name: { from: 'displayName', masked: true } } } },
    })
    await world.step()
    await world.fault({ method: 'GET', path: '/(brands|brand_agents)$', kind: '403', times: 'always' })

    const { stdout } = await runCli(world, ['review', '--json'])

    expect(stdout).toContain('ada@example.org')
    expect(stdout).not.toMatch(/Lovelace/)
    expect(told(stdout)['notRead']).toMatchObject([{ list: 'brands' }, { list: 'brand memberships' }])
  })
})
