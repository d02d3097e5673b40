import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { field, pingFederateConnection, type ExportChanges } from '../fixtures/pingfederate-export.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
let folder: string | undefined
afterEach(async () => {
  await world?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true })
  folder = undefined
})

const directory = directoryOf(
  [
    { uid: 'ada', cn: 'Ada', title: 'Agent' },
    { uid: 'bob', cn: 'Bob', telephoneNumber: '+4930222' },
    { uid: 'cyd', cn: 'Cyd', employeeStatus: 'left' },
    { uid: 'dee', cn: 'Dee' },
  ],
  { 'zd-sales': ['ada'], staff: [groupDn('zd-sales'), ...['bob', 'cyd', 'dee'].map((uid) => personDn(uid))] },
)

/**
 * A channel, the account as it would have left that, and what comes of both.
 *
 * The account has an agent in a group, an end user whose number changed since, and a customer whom no entry names.
 */
interface Switched {
  readonly what: string
  readonly channel: ExportChanges
  /** The external id that the channel gave to a user. */
  readonly externalId: (uid: string) => string | undefined
  /** What the channel left of Cyd, whose entry is disabled. */
  readonly cyd: readonly (typeof CYD)[]
  /** What the first plan writes. */
  readonly planned: readonly string[]
  /** What becomes of Ada, who leaves at the end, and of the group that still names them. */
  readonly left: { readonly ada: 'suspended' | 'gone'; readonly sales: readonly string[] }
}

const CYD = { id: 103, name: 'Cyd', email: 'cyd@example.org', role: 'end-user', external_id: 'cyd', suspended: true }

const switched: readonly Switched[] = [
  {
    what: 'disables, and wrote external ids,',
    channel: {},
    externalId: (uid) => uid,
    cyd: [CYD],
    planned: ['create user dee@example.org email,external_id,name,role', 'update user bob@example.org phone'],
    left: { ada: 'suspended', sales: ['ada@example.org'] },
  },
  {
    what: 'deletes, and finds by a nested group,',
    channel: {
      source: { userSourceLocation: { groupDN: groupDn('staff'), nestedSearch: true } },
      settings: [{ name: 'Remove User Action', value: 'Delete' }],
      mapping: [
        field('email', { attributeNames: ['mail'] }),
        field('name', { attributeNames: ['cn'] }),
        field('phone', { attributeNames: ['telephoneNumber'] }),
        field('role', { attributeNames: ['title'], defaultValue: 'end-user', characterCase: 'LOWER' }),
      ],
    },
    externalId: () => undefined,
    cyd: [],
    planned: [
      'create user dee@example.org email,external_id,name,role',
      'update user ada@example.org external_id',
      'update user bob@example.org external_id,phone',
    ],
    left: { ada: 'gone', sales: [] },
  },
]

it.each(switched)(
  'a channel that $what becomes a configuration that removes nobody, comes in step and stays so',
  async ({ channel, externalId, cyd, planned, left }) => {
    world = await openWorld({
      ldif: directory,
      sandbox: { before: accountOf(externalId, cyd) },
      producers: 0,
      workers: 0,
    })
    const ours = await importChannel(channel)
    const plan = async () => JSON.parse((await runCli(ours, ['plan', '--full', '--json'])).stdout) as Plan
    const ledger = new LedgerReader(world.redis, { account: 'zendesk', connection: 'staff' })

    const first = await plan()

    expect(first.firstPlan).toBe(true)
    expect(first.links.map(({ kind, label, zendeskId }) => `${kind} ${label} ${zendeskId}`).sort()).toEqual([
      'group zd-sales 201',
      expect.stringMatching(/^membership ada@example.org in zd-sales \d+$/),
      'user ada@example.org 101',
      'user bob@example.org 102',
      ...cyd.map(() => 'user cyd@example.org 103'),
    ])
    expect(first.held).toEqual([])
    expect(
      first.changes.map(({ operation, label, changed }) => `${operation} ${label} ${changed.join()}`).sort(),
    ).toEqual(planned)

    await using _producer = await startService('producer', ours)
    await using _worker = await startService('worker', ours)
    const waits = async () => (await ledger.firstRun()).waiting !== undefined
    await until(waits, 60_000, () => 'the first plan does not wait yet')
    const approved = await runCli(ours, ['approve', 'staff', '--yes'])
    const isApplied = async () => (await ledger.firstRun()).status === 'done' && (await ledger.pending()).length === 0
    await until(isApplied, 60_000, async () => `first run ${JSON.stringify(await ledger.firstRun())}`)

    expect(approved.code).toBe(0)
    const people = [
      'ada@example.org 101 Ada, agent',
      'bob@example.org 102 Bob, end-user, +4930222',
      'customer@other.example 104 Of the account alone, end-user',
      ...cyd.map(() => 'cyd@example.org 103 Cyd, end-user, suspended'),
      'dee@example.org new Dee, end-user',
    ]
    expect(await shownUsers()).toEqual(people)
    expect(await world.zendesk.members('zd-sales')).toEqual(['ada@example.org'])
    expect((await world.zendesk.writes()).filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(await plan()).toMatchObject(NOTHING_TO_DO)

    await modifyEntry(world.slapd, personDn('bob'), { replace: { cn: 'Bob Marley', telephoneNumber: '+4930333' } })
    const bob = 'bob@example.org 102 Bob Marley, end-user, +4930333'
    await until(
      async () => (await shownUsers())[1] === bob,
      60_000,
      async () => String(await shownUsers()),
    )
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
    const ada = left.ada === 'gone' ? [] : ['ada@example.org 101 Ada, agent, suspended']
    const isGone = async () => String((await shownUsers()).slice(0, ada.length + 1)) === String([...ada, bob])
    await until(isGone, 60_000, async () => String(await shownUsers()))
    await until(
      async () => (await ledger.pending()).length === 0,
      60_000,
      () => 'not applied yet',
    )

    expect(await shownUsers()).toEqual([...ada, bob, ...people.slice(2)])
    expect(await world.zendesk.members('zd-sales')).toEqual(left.sales)
    expect(await plan()).toMatchObject(NOTHING_TO_DO)
    expect((await runCli(ours, ['plan'])).stdout).toContain('Nothing to do: Zendesk holds what the directory says.')
    expect((await problemsTold({ ledger })).map(({ problem }) => `${problem.code} ${problem.what}`)).toEqual([])
  },
  240_000,
)

interface Plan {
  readonly firstPlan: boolean
  readonly links: readonly { kind: string; label: string; zendeskId: number }[]
  readonly changes: readonly { operation: string; label: string; changed: string[] }[]
  readonly held: readonly unknown[]
}

const NOTHING_TO_DO = { firstPlan: false, links: [], changes: [], held: [], pending: 0 }

function accountOf(externalId: Switched['externalId'], cyd: Switched['cyd']) {
  return {
    users: [
      { id: 101, name: 'Ada', email: 'ada@example.org', role: 'agent', external_id: externalId('ada') },
      {
        ...{ id: 102, name: 'Bob', email: 'bob@example.org', role: 'end-user', external_id: externalId('bob') },
        phone: '+4930111',
      },
      { id: 104, name: 'Of the account alone', email: 'customer@other.example', role: 'end-user' },
      ...cyd,
    ],
    groups: [
      { id: 201, name: 'zd-sales' },
      { id: 202, name: 'Support', default: true },
    ],
    memberships: [
      { user_id: 101, group_id: 202, default: true },
      { user_id: 101, group_id: 201 },
    ],
  }
}

/** The configuration that the command makes of a channel, with the environment that docs and file ask for. */
async function importChannel(channel: ExportChanges): Promise<Pick<World, 'yaml' | 'env'>> {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-import-'))
  const [exported, file] = [join(folder, 'connections.json'), join(folder, 'provisioner.yaml')]
  await writeFile(exported, JSON.stringify({ items: [{ id: 'sso', name: 'HR' }, pingFederateConnection(channel)] }))
  const made = await runCli(world, ['import-pingfederate', exported, '--out', file])
  expect([made.code, made.stderr]).toEqual([0, ''])
  const yaml = await readFile(file, 'utf8')
  expect(yaml).not.toContain('a-secret')
  return {
    yaml,
    env: {
      REDIS_URL: world.redisServer.url,
      LDAP_URL: world.slapd.url,
      LDAP_BIND_DN: world.slapd.readerDn,
      LDAP_PASSWORD: world.slapd.readerPassword,
      ZENDESK_URL: world.sandbox.url,
      ZENDESK_CLIENT_ID: 'provisioner',
      ZENDESK_CLIENT_SECRET: 'a-secret',
    },
  }
}

/** Every user of the account in one line: address, id unless they are new, and what the channel maps. */
async function shownUsers(): Promise<string[]> {
  const users = await world.zendesk.users()
  expect(new Set(users.map((user) => user.external_id ?? user.id)).size).toBe(users.length)
  return users.map(({ email, id, name, role, phone, suspended }) => {
    const values = [name, role, phone, suspended && 'suspended'].filter(Boolean)
    return `${email} ${id > 999 ? 'new' : id} ${values.join(', ')}`
  })
}
