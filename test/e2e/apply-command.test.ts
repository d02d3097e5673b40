import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { problemsTold } from '../fixtures/problems-told.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import type { ConfigChanges } from '../fixtures/world-config.ts'

let world: World
let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-plan-'))
  file = join(folder, 'friday.plan')
})
afterEach(async () => {
  await world?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const cli = (...args: string[]) => runCli(world, args)
const AGENTS = ['ada', 'bob', 'cyd']
/** Every removal of a user is held. */
const GUARD = { guard: { users: { min: 0, share: '0%' } } }

async function openFirst(config: ConfigChanges = {}): Promise<void> {
  const people = [...AGENTS, 'dee'].map((uid) => ({ uid, telephoneNumber: '1' }))
  const ldif = directoryOf(people, { agents: AGENTS, 'zd-help': ['ada', 'bob'] })
  world = await openWorld({ ldif, config, sandbox: { bulkImport: true } })
}

/** In step, but for ada's and bob's phone, cyd, who is in zd-help by now, and dee, who has left. */
async function openWithChanges(config: ConfigChanges = {}): Promise<void> {
  await openFirst(config)
  await world.step()
  for (const uid of ['ada', 'bob']) await phone(uid, '2')
  await modifyEntry(world.slapd, groupDn('zd-help'), { add: { member: personDn('cyd') } })
  await status('dee', 'left')
}

async function status(uid: string, employeeStatus: string): Promise<void> {
  await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus } })
}

async function phone(uid: string, telephoneNumber: string): Promise<void> {
  await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber } })
}

async function inZendesk() {
  const users = await world.zendesk.users()
  return {
    phones: Object.fromEntries(users.map(({ name, phone: is }) => [name, is])),
    suspended: users.filter(({ suspended }) => suspended).map(({ name }) => name),
    help: (await world.zendesk.members('zd-help').catch(() => [])).sort(),
  }
}

const IN_STEP = {
  phones: { ada: '2', bob: '2', cyd: '1', dee: '1' },
  suspended: ['dee'],
  help: ['ada@example.org', 'bob@example.org', 'cyd@example.org'],
}

describe('a plan in a file', () => {
  it('is kept without a word to Redis or Zendesk, and is carried out as it is', async () => {
    await openWithChanges()
    await world.zendesk.forgetRequests()
    const before = await redisContent(world.redis)
    const plan = await cli('plan', 'staff', '--out', file)
    const again = await cli('plan', 'staff', '--out', file)
    // the producer beside it says all the time that it lives
    const written = (await writtenSince(world.redis, before)).filter((key) => key.startsWith('{zp:acme}:staff:'))
    const writes = await world.zendesk.writes()

    const apply = await cli('apply', file, '--json')
    const after = await inZendesk()
    const next = await cli('plan', 'staff', '--detailed-exitcode')
    const twice = await cli('apply', file)

    expect([plan.code, again.code, written, writes]).toEqual([0, 2, [], []])
    expect(again.stderr).toContain('--force')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).not.toMatch(/"[12]"/)
    expect({ ...(JSON.parse(apply.stdout) as object), ms: 0 }).toMatchInlineSnapshot(`
      {
        "approved": 0,
        "connection": "staff",
        "differences": [],
        "differing": 0,
        "done": 0,
        "held": 0,
        "left": 0,
        "ms": 0,
        "status": "applied",
        "written": 4,
      }
    `)
    expect([apply.code, after, next.code]).toEqual([0, IN_STEP, 0])
    expect(await problemsTold(world)).toEqual([])
    expect([twice.code, twice.stdout]).toEqual([0, expect.stringContaining('4 of the plan were carried out before')])
  })

  it('that is stale is not carried out: what has changed is told by entry, and nothing is sent', async () => {
    await openWithChanges()
    await cli('plan', 'staff', '--out', file)
    await phone('ada', '3')
    await status('dee', 'active')
    await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))
    await world.zendesk.forgetRequests()
    const before = await world.ledger.lastCycle()

    const stale = await cli('apply', file)
    const json = await cli('apply', file, '--json')
    const after = await inZendesk()

    expect([stale.code, json.code]).toEqual([1, 1])
    expect(stale.stdout).toMatch(/nothing was done: of the plan \d differ from what a cycle would do now/)
    expect(stale.stdout).toMatch(/update user: ada@example\.org asks for other values than then {2}\(uid=ada,/)
    expect(stale.stdout).toMatch(/suspend user: dee@example\.org is not asked for any more/)
    expect(stale.stdout).toMatch(/create user: new@example\.org is new/)
    expect(stale.stdout).not.toContain('bob@example.org')
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'stale', connection: 'staff' })
    expect([await world.zendesk.writes(), await world.ledger.lastCycle()]).toEqual([[], before])
    expect(after.phones).toEqual({ ada: '1', bob: '1', cyd: '1', dee: '1' })

    const partial = await cli('apply', file, '--partial')
    const part = await inZendesk()
    await world.step()

    expect([partial.code, part.phones]).toEqual([0, { ada: '1', bob: '2', cyd: '1', dee: '1' }])
    expect(part.help).toContain('cyd@example.org')
    expect(partial.stdout).toMatch(/left out 3 that differ:\n(?: {2}.*\n)* {2}update user: ada@example\.org/)
    // what was left out is not forgotten
    expect((await inZendesk()).phones).toEqual({ ada: '3', bob: '2', cyd: '1', dee: '1', new: null })
  })

  it('is done though a change is refused that is none of it', async () => {
    await openFirst()
    await world.step()
    await world.fault({ body: 'invalid', kind: '422', times: 'always' })
    await phone('bob', 'invalid')
    await world.step()
    await phone('ada', '2')
    await cli('plan', 'staff', '--out', file)

    const apply = await cli('apply', file)

    expect([apply.code, (await inZendesk()).phones]).toEqual([0, { ada: '2', bob: '1', cyd: '1', dee: '1' }])
    expect(apply.stdout).toMatch(/carried out, after .*\n {2}written {2}1 change\n$/)
  })

  it('leaves what is held to an admin, or has it approved with who and why', async () => {
    await openWithChanges(GUARD)
    await cli('plan', 'staff', '--out', file)

    const held = await cli('apply', file)
    const first = await inZendesk()
    const approved = await cli('apply', file, '--approve', '--reason', 'change 4711')
    const [made] = await world.ledger.decisionLog()

    expect([held.code, first]).toEqual([4, { ...IN_STEP, suspended: [] }])
    expect(held.stdout).toContain("'provisioner held staff' lists what waits for you")
    expect([approved.code, await inZendesk()]).toEqual([0, IN_STEP])
    expect(approved.stdout).toContain('approved 1 that were held')
    expect(made).toMatchObject({ verdict: 'approve', label: 'dee@example.org', reason: 'change 4711' })
    expect(made!.by).toContain('@')
    expect((await world.ledger.decisions()).size).toBe(0)
  })

  it('is stale when an admin has rejected something of it since', async () => {
    await openWithChanges(GUARD)
    await world.step()
    await cli('plan', 'staff', '--out', file)
    await cli('reject', 'staff')

    const apply = await cli('apply', file, '--approve')

    expect([apply.code, apply.stdout]).toEqual([1, expect.stringContaining('dee@example.org is rejected by now')])
    expect((await inZendesk()).suspended).toEqual([])
  })

  it('that is a first plan goes out with an approval, as a whole, or not at all', async () => {
    await openFirst({ firstRun: 'approve' })
    await cli('plan', 'staff', '--out', file)
    const waits = await cli('apply', file)
    await phone('dee', '2')
    const stale = await cli('apply', file, '--approve', '--partial')
    const before = (await world.zendesk.users()).length
    await phone('dee', '1')

    const apply = await cli('apply', file, '--approve', '--reason', 'looked at')

    expect([waits.code, stale.code, before, apply.code]).toEqual([4, 1, 0, 0])
    expect(waits.stdout).toContain("it is a first plan, which waits for an admin's word: say --approve")
    expect(stale.stdout).toContain('create user: dee@example.org asks for other values than then')
    expect(await inZendesk()).toEqual({
      phones: { ada: '1', bob: '1', cyd: '1', dee: '1' },
      suspended: [],
      help: ['ada@example.org', 'bob@example.org'],
    })
    expect((await cli('status')).stdout).toMatch(/first plan +carried out, approved by .*: looked at/)
  })

  it('of another configuration or account, or damaged, is refused before anybody is asked', async () => {
    await openWithChanges()
    await cli('plan', 'staff', '--out', file)
    const damaged = join(folder, 'damaged.plan')
    await writeFile(damaged, (await readFile(file, 'utf8')).replace('ada@example.org', 'bob@example.org'))
    const anew = (from: string, to: string) =>
      runCli({ ...world, yaml: world.yaml.replaceAll(from, to) }, ['apply', file])

    const [edited, config, account, connection, part] = await Promise.all([
      cli('apply', damaged),
      anew('zd-*', 'zd-h*'),
      anew('acme', 'other'),
      anew('staff', 'crew'),
      cli('plan', '--out', join(folder, 'part.plan'), '--only', 'create'),
    ])

    for (const { code, stdout } of [edited, config, account, connection, part]) expect([code, stdout]).toEqual([2, ''])
    expect(edited.stderr).toMatch(/^PLAN_UNUSABLE: .* was changed since it was written: make another/m)
    expect(config.stderr).toMatch(/^PLAN_UNFIT: .* with another configuration than this one/m)
    expect(account.stderr).toMatch(/^PLAN_UNFIT: .* of account 'acme', and the configuration has account 'other'/m)
    expect(connection.stderr).toMatch(/^CONNECTION_UNKNOWN: /m)
    expect(part.stderr).toMatch(/^PLAN_NOT_KEPT: /m)
    expect((await inZendesk()).phones).toEqual({ ada: '1', bob: '1', cyd: '1', dee: '1' })
  })

  it('says that no producer is alive', async () => {
    await openWithChanges()
    await cli('plan', 'staff', '--out', file)
    await world.stopProduct()

    const apply = await cli('apply', file)

    expect(apply.code).toBe(1)
    expect(apply.stdout).toContain('NO_PRODUCER')
  })
})
