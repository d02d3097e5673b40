import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { pingFederateConnection } from '../fixtures/pingfederate-export.ts'
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

/** The account as PingFederate would have left it: its external ids, roles and groups, and a leaver it suspended. */
const before = {
  users: [
    { id: 101, name: 'Ada', email: 'ada@example.org', role: 'agent', external_id: 'ada' },
    { id: 102, name: 'Bob', email: 'bob@example.org', role: 'end-user', external_id: 'bob', phone: '+4930111' },
    { id: 103, name: 'Cyd', email: 'cyd@example.org', role: 'end-user', external_id: 'cyd', suspended: true },
    { id: 104, name: 'Of the account alone', email: 'customer@other.example', role: 'end-user' },
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

it('an exported channel becomes a configuration whose plan removes nothing, and which comes in step', async () => {
  world = await openWorld({
    ldif: directoryOf(
      [
        { uid: 'ada', cn: 'Ada', title: 'Agent' },
        { uid: 'bob', cn: 'Bob', telephoneNumber: '+4930222' },
        { uid: 'cyd', cn: 'Cyd', employeeStatus: 'left' },
        { uid: 'dee', cn: 'Dee' },
      ],
      { 'zd-sales': ['ada'] },
    ),
    sandbox: { before },
    producers: 0,
    workers: 0,
  })
  folder = await mkdtemp(join(tmpdir(), 'provisioner-import-'))
  const [exported, file] = [join(folder, 'connections.json'), join(folder, 'provisioner.yaml')]
  await writeFile(exported, JSON.stringify({ items: [{ id: 'sso', name: 'HR' }, pingFederateConnection()] }))

  const made = await runCli(world, ['import-pingfederate', exported, '--out', file])
  const ours = {
    yaml: await readFile(file, 'utf8'),
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
  const plan = async () => JSON.parse((await runCli(ours, ['plan', '--json'])).stdout) as Plan

  expect(made.code).toBe(0)
  expect(ours.yaml).not.toContain('a-secret')
  const first = await plan()
  expect(first.firstPlan).toBe(true)
  expect(first.links.map(({ kind, label }) => `${kind} ${label}`).sort()).toEqual([
    'group zd-sales',
    'membership ada@example.org in zd-sales',
    'user ada@example.org',
    'user bob@example.org',
    'user cyd@example.org',
  ])
  expect(
    first.changes.map(({ operation, label, changed }) => `${operation} ${label} ${changed.join()}`).sort(),
  ).toEqual(['create user dee@example.org email,external_id,name,role', 'update user bob@example.org phone'])

  await using _producer = await startService('producer', ours)
  await using _worker = await startService('worker', ours)
  const ledger = new LedgerReader(world.redis, { account: 'zendesk', connection: 'staff' })
  const waits = async () => (await ledger.firstRun()).waiting !== undefined
  await until(waits, 60_000, () => 'the first plan does not wait yet')
  const approved = await runCli(ours, ['approve', 'staff', '--yes'])
  const isApplied = async () => (await ledger.firstRun()).status === 'done' && (await ledger.pending()).length === 0
  await until(isApplied, 60_000, async () => `first run ${JSON.stringify(await ledger.firstRun())}`)
  const { changes, links } = await plan()
  expect([approved.code, changes, links]).toEqual([0, [], []])
  const users = await world.zendesk.users()
  expect(users.map(({ email, suspended, phone }) => [email, suspended, phone])).toEqual([
    ['ada@example.org', false, null],
    ['bob@example.org', false, '+4930222'],
    ['customer@other.example', false, null],
    ['cyd@example.org', true, null],
    ['dee@example.org', false, null],
  ])
  expect(await world.zendesk.members('zd-sales')).toEqual(['ada@example.org'])
  expect((await world.zendesk.writes()).filter(({ method }) => method === 'DELETE')).toEqual([])
}, 240_000)

interface Plan {
  readonly firstPlan: boolean
  readonly links: readonly { kind: string; label: string; zendeskId: number }[]
  readonly changes: readonly { operation: string; label: string; changed: string[] }[]
}
